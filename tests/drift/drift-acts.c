/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/drift/drift-acts.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "helpers/modules/drift/drift-handover.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"

char base[] = "/tmp/fd-shmem-drift-XXXXXX";
struct stat base_stat;

void write_mountinfo(const char *format, ...)
{
        _cleanup_fclose_ FILE *f = NULL;
        va_list ap;
        int fd;

        (void) mkdirat(machine.procfs, "self", 0755);
        fd = openat(machine.procfs, "self/mountinfo", O_WRONLY | O_CREAT | O_TRUNC, 0644);
        assert_true(fd >= 0);
        f = fdopen(fd, "w");
        fputs("22 1 259:0 / / rw - ext4 /dev/root rw\n", f);
        va_start(ap, format);
        vfprintf(f, format, ap);
        va_end(ap);
}

void mount_huge(uint64_t claimed)
{
        write_mountinfo("31 22 0:41 / %s/.huge rw,relatime - hugetlbfs none "
                        "rw,pagesize=2M,min_size=%" PRIu64 "\n",
                        base, claimed * page_type_size(PAGE_HUGE));
}

void domain_up(const char *name, const char *options)
{
        struct ledger_handover handover = {
                .complete = true,
                .uid = base_stat.st_uid,
                .gid = base_stat.st_gid,
                .mode = base_stat.st_mode & 07777,
                .mount[PAGE_HUGE] = { .there = true, .device = makedev(0, 41), .inode = 7 },
        };
        struct ledger_domain domain = {
                .name = (char *) name,
                .path = base,
                .mount[PAGE_HUGE] = true,
        };

        assert_int_equal(ledger_store_domain(&machine, &domain), 0);
        if (!options)
                return;
        handover.mount[PAGE_HUGE].options = (char *) options;
        assert_int_equal(ledger_store_handover(&machine, name, &handover), 0);
}

int drift_setup(void **state)
{
        int r = acts_setup(state);

        strcpy(base + strlen(base) - 6, "XXXXXX");
        assert_non_null(mkdtemp(base));
        assert_int_equal(stat(base, &base_stat), 0);
        return r;
}

int drift_teardown(void **state)
{
        (void) rmdir(base);
        return acts_teardown(state);
}

const char *differences(const char *only, size_t *ret_n_claims)
{
        static char text[2048];
        _cleanup_drift_ struct drift_list list = {};

        assert_int_equal(drift_find(&machine, only, &list), 0);
        text[0] = '\0';
        for (size_t i = 0; i < list.n; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s: %s\n",
                         list.items[i].domain, drift_kind_name(list.items[i].kind),
                         list.items[i].text);
        if (ret_n_claims)
                *ret_n_claims = list.n_claims;
        return text;
}

void expect(const char *only, const char *text)
{
        char wanted[2048] = "";

        for (const char *p = text; *p; p++)
                if (strncmp(p, "BASE", 4) == 0) {
                        strcat(wanted, base);
                        p += 3;
                } else {
                        strncat(wanted, p, 1);
                }
        assert_string_equal(differences(only, NULL), wanted);
}

void hand_over(void)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };

        assert_int_equal(drift_handover_complete(&machine, "a", base, mounts, &owner,
                                                 base_stat.st_mode & 07777),
                         0);
}
