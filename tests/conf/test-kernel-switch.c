/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/switch-reason.h"

static void test_switch(void **state)
{
        static const struct {
                const char *cmdline;
                int expected;
        } cases[] = {
                { "", -1 },
                { "\n", -1 },
                { "root=/dev/vda quiet", -1 },
                { "fd_shmem=0", 0 },
                { "fd_shmem=1", 1 },
                { "fd_shmem", 1 },
                { "fd-shmem=0", 0 },
                { "quiet fd_shmem=0\n", 0 },
                { "fd_shmem=0 fd_shmem=1", 1 },
                { "fd_shmem=1 quiet fd_shmem=no", 0 },
                { "fd_shmem=0 fd_shmem", 1 },
                { "fd_shmem=OFF", 0 },
                { "fd_shmem=yes", 1 },
                { "fd_shmem=", -1 },
                { "fd_shmem=2", -1 },
                { "fd_shmem=0 fd_shmem=maybe", 0 },
                { "fd_shmem_x=0", -1 },
                { "xfd_shmem=0", -1 },
                { "rd.fd_shmem=0", -1 },
                { "FD_SHMEM=0", -1 },
                { "fd_shmem=\"0\"", 0 },
                { "\"fd_shmem=0\"", 0 },
                { "x=\"a fd_shmem=0 b\"", -1 },
                { "\"x fd_shmem=0\"", -1 },
                { "x=\"a b\" fd_shmem=0", 0 },
                { "x=\"unfinished fd_shmem=0", -1 },
                { "\"", -1 },
                { "=\"", -1 },
                { "fd_shmem=\"", -1 },
                { "a\tfd_shmem=0\tb", 0 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                if (kernel_switch_parse(cases[i].cmdline) != cases[i].expected)
                        fail_msg("'%s': %d", cases[i].cmdline,
                                 kernel_switch_parse(cases[i].cmdline));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_switch),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
