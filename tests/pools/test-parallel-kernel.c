/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Growing on several CPUs at once, on this very machine's pools, whether it pays here or not. The
 * pools and settings are afterwards what they were before. Exits with 77 where the pools cannot be
 * changed, or are not empty. */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "helpers/modules/grow/growth.h"
#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/kernel/surplus.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/settings.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation.h"

#define PAGES        256
#define KILLS        60
#define EXIT_SKIPPED 77

#define OVERCOMMIT "kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages"

static struct machine machine = MACHINE_NULL;
static unsigned *nodes;
static size_t n_nodes;

static struct pool_counts pool(unsigned node)
{
        struct pool_counts counts;

        assert_int_equal(pool_read(machine.sysfs, node, page_size_default(PAGE_HUGE), &counts), 0);
        return counts;
}

static uint64_t overcommit(void)
{
        uint64_t value;

        assert_int_equal(sysfs_read_u64(machine.sysfs, OVERCOMMIT, &value), 0);
        return value;
}

static void assert_empty(void)
{
        for (size_t i = 0; i < n_nodes; i++)
                assert_int_equal(pool(nodes[i]).total, 0);
        assert_int_equal(overcommit(), 0);
}

static int reserve(struct parallel *parallel, uint64_t pages)
{
        struct node_amount amounts[16];
        size_t n = n_nodes < 16 ? n_nodes : 16;
        struct reservation_request request = {
                .domain = "a",
                .type = PAGE_HUGE,
                .size = page_size_default(PAGE_HUGE),
                .pages = { .scope = REQUEST_NODES, .nodes = amounts, .n_nodes = n },
                .policy = { .existing = EXISTING_ADD, .release = true },
                .parallel = parallel,
        };

        for (size_t i = 0; i < n; i++)
                amounts[i] = (struct node_amount){
                        .node = nodes[i],
                        .amount = { .kind = AMOUNT_PAGES, .value = pages },
                };
        return reservation_make(&machine, &request);
}

static void release(void)
{
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_empty();
}

static void test_pages_stay(void **state)
{
        struct parallel parallel = { .forced = true };

        assert_int_equal(reserve(&parallel, PAGES), 0);
        for (size_t i = 0; i < n_nodes; i++) {
                assert_int_equal(pool(nodes[i]).total, PAGES);
                assert_int_equal(pool(nodes[i]).free, PAGES);
                assert_int_equal(pool(nodes[i]).surplus, 0);
        }
        assert_int_equal(overcommit(), 0);
        print_message("%s\n", parallel.off ? "fell back to plain writes" : "grown in parallel");
        release();
}

/* What is let go before it was made persistent is gone. */
static void test_let_go(void **state)
{
        struct surplus surplus;
        int r;

        assert_int_equal(sysfs_write_u64(machine.sysfs, OVERCOMMIT, PAGES), 0);
        r = surplus_make(page_size_default(PAGE_HUGE), nodes[0], 0, PAGES, 2, &surplus);
        assert_int_equal(r, 0);
        surplus_release(&surplus);
        /* More than is allowed: all or nothing. */
        assert_int_equal(
                surplus_make(page_size_default(PAGE_HUGE), nodes[0], 0, PAGES + 1, 2, &surplus),
                -ENOMEM);
        assert_int_equal(sysfs_write_u64(machine.sysfs, OVERCOMMIT, 0), 0);
        assert_empty();
}

/* Somebody's free pages are not taken. */
static void test_free_pages_of_others(void **state)
{
        struct parallel parallel = { .forced = true };
        struct pool_counts counts;

        assert_int_equal(pool_write(machine.sysfs, nodes[0], page_size_default(PAGE_HUGE), 3), 0);
        assert_int_equal(parallel_grow(&parallel, &machine, nodes[0], page_size_default(PAGE_HUGE),
                                       8, &counts),
                         0);
        assert_true(parallel.off);
        assert_int_equal(pool(nodes[0]).total, 3);
        assert_int_equal(pool_write(machine.sysfs, nodes[0], page_size_default(PAGE_HUGE), 0), 0);
        assert_empty();
}

/* Killed at random moments, then settled by whoever comes next. */
static void test_killed(void **state)
{
        unsigned killed = 0, changed = 0;

        for (unsigned i = 0; i < KILLS; i++) {
                struct timespec delay = { .tv_nsec = random() % 4000000 };
                int status;
                pid_t pid = fork();

                assert_true(pid >= 0);
                if (pid == 0) {
                        struct parallel parallel = { .forced = true };

                        _exit(reserve(&parallel, 4 * PAGES) < 0);
                }
                nanosleep(&delay, NULL);
                kill(pid, SIGKILL);
                assert_int_equal(waitpid(pid, &status, 0), pid);
                killed += WIFSIGNALED(status);
                changed += overcommit() != 0;

                for (size_t k = 0; k < n_nodes; k++)
                        assert_int_equal(pool(nodes[k]).surplus, 0);
                release();
        }
        print_message("killed %u times of %u, %u times while surplus was allowed\n", killed, KILLS,
                      changed);
}

static bool pools_are_ours(void)
{
        struct pool_counts all;

        machine.sysfs = open("/sys", O_DIRECTORY | O_CLOEXEC);
        machine.procfs = open("/proc", O_DIRECTORY | O_CLOEXEC);
        if (machine.sysfs < 0 || machine.procfs < 0 || geteuid() != 0 ||
            numa_nodes(machine.sysfs, &nodes, &n_nodes) < 0 || n_nodes == 0 ||
            pool_read_all(machine.sysfs, page_size_default(PAGE_HUGE), &all) < 0 || all.total > 0 ||
            overcommit() > 0)
                return false;

        return sysfs_write_u64(machine.sysfs, OVERCOMMIT, 0) >= 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pages_stay),
                cmocka_unit_test(test_let_go),
                cmocka_unit_test(test_free_pages_of_others),
                cmocka_unit_test(test_killed),
        };
        char state[] = "/tmp/fd-shmem-parallel-XXXXXX", command[64];
        int failed;

        if (!pools_are_ours()) {
                fputs("skipped: needs root and writable, empty huge page pools in /sys\n", stderr);
                return EXIT_SKIPPED;
        }
        if (!mkdtemp(state))
                return EXIT_FAILURE;
        machine.state = open(state, O_DIRECTORY | O_CLOEXEC);

        failed = cmocka_run_group_tests(tests, NULL, NULL);
        free(nodes);
        machine_close(&machine);
        snprintf(command, sizeof(command), "rm -r %s", state);
        return system(command) == 0 ? failed : EXIT_FAILURE;
}
