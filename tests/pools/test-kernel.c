/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reservations on this very machine's pools, with small numbers; the ledger is a private one. The
 * pools are afterwards what they were before. Exits with 77 where the pools cannot be changed. */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "basic/log.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation.h"
#include "tests/pools/acts.h"
#include "tests/pools/model.h"

#define HUGE_PAGES   64
#define KILLS        50
#define EXIT_SKIPPED 77
#define MODEL_COUNT  200
#define MODEL_SEED   7

struct machine machine = MACHINE_NULL;
static unsigned first_node;

static int reserve_pages(const char *domain, enum page_type type, uint64_t pages, bool take_less)
{
        struct node_amount node = {
                .node = first_node,
                .amount = { .kind = AMOUNT_PAGES, .value = pages },
        };
        struct reservation_request request = {
                .domain = domain,
                .type = type,
                .size = page_size_default(type),
                .pages = { .scope = REQUEST_NODES, .nodes = &node, .n_nodes = 1 },
                .policy = { .shortage = take_less ? SHORTAGE_CONTINUE : SHORTAGE_FAIL,
                            .existing = EXISTING_ADD,
                            .release = true },
        };

        return reservation_make(&machine, &request);
}

static uint64_t persistent(enum page_type type)
{
        struct pool_counts counts;

        assert_int_equal(pool_read(machine.sysfs, first_node, page_size_default(type), &counts), 0);
        return pool_persistent(&counts);
}

static void test_huge(void **state)
{
        uint64_t before = persistent(PAGE_HUGE);

        assert_int_equal(reserve_pages("a", PAGE_HUGE, HUGE_PAGES, false), 0);
        assert_int_equal(persistent(PAGE_HUGE), before + HUGE_PAGES);
        assert_int_equal(reserve_pages("b", PAGE_HUGE, 3, false), 0);
        assert_int_equal(persistent(PAGE_HUGE), before + HUGE_PAGES + 3);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(persistent(PAGE_HUGE), before + 3);
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_int_equal(persistent(PAGE_HUGE), before);
}

static void test_gigantic(void **state)
{
        struct pool_counts counts;
        uint64_t before;
        int r;

        if (pool_read(machine.sysfs, first_node, page_size_default(PAGE_GIGANTIC), &counts) < 0) {
                print_message("this machine has no gigantic pages\n");
                skip();
        }
        before = persistent(PAGE_GIGANTIC);
        r = reserve_pages("a", PAGE_GIGANTIC, 1, false);
        if (r == -ENOSPC) {
                assert_int_equal(persistent(PAGE_GIGANTIC), before);
                print_message("no gigantic page is to be had\n");
                skip();
        }
        assert_int_equal(r, 0);
        assert_int_equal(persistent(PAGE_GIGANTIC), before + 1);
        assert_int_equal(release_reservation(&machine, "a", PAGE_GIGANTIC), 0);
        assert_int_equal(persistent(PAGE_GIGANTIC), before);
}

static void test_refused_before_the_pool_is_touched(void **state)
{
        struct ledger_reservation record;
        struct node_memory memory;
        uint64_t before = persistent(PAGE_HUGE);

        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, first_node, &memory), 0);
        assert_int_equal(
                reserve_pages("a", PAGE_HUGE, memory.total / page_type_size(PAGE_HUGE), false),
                -ENOSPC);
        assert_int_equal(persistent(PAGE_HUGE), before);
        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &record), -ENOENT);
}

/* Pages that somebody maps stay with him; the persistent number is restored all the same. */
static void test_release_of_pages_in_use(void **state)
{
        uint64_t before = persistent(PAGE_HUGE), size = page_type_size(PAGE_HUGE);
        struct pool_counts counts;
        char *page;

        assert_int_equal(reserve_pages("a", PAGE_HUGE, 4, false), 0);
        page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
                    -1, 0);
        if (page == MAP_FAILED) {
                assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
                print_message("cannot map a huge page\n");
                skip();
        }
        page[0] = 'x';
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(persistent(PAGE_HUGE), before);
        assert_int_equal(page[0], 'x');
        munmap(page, size);
        assert_int_equal(
                pool_read(machine.sysfs, first_node, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.total, before);
}

/* A hugetlbfs that was promised PAGES, mounted nowhere: as one that was just unmounted and has not died
 * yet. Returns a descriptor, with which it goes. */
static int claim(uint64_t pages)
{
        int fd = fsopen("hugetlbfs", FSOPEN_CLOEXEC);
        char size[32], bytes[32];

        snprintf(size, sizeof(size), "%llu", (unsigned long long) page_type_size(PAGE_HUGE));
        snprintf(bytes, sizeof(bytes), "%llu",
                 (unsigned long long) (pages * page_type_size(PAGE_HUGE)));
        assert_true(fd >= 0);
        assert_int_equal(fsconfig(fd, FSCONFIG_SET_STRING, "pagesize", size, 0), 0);
        assert_int_equal(fsconfig(fd, FSCONFIG_SET_STRING, "min_size", bytes, 0), 0);
        assert_int_equal(fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0), 0);
        return fd;
}

/* A release sets the number, and is done: what is promised still, and what others have in use, goes back
 * by itself. */
static void test_release_before_the_claim_has_died(void **state)
{
        uint64_t before = persistent(PAGE_HUGE), size = page_type_size(PAGE_HUGE);
        struct pool_counts counts;
        char *page;
        int fd;

        assert_int_equal(reserve_pages("a", PAGE_HUGE, 9, false), 0);
        fd = claim(8);
        page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
                    -1, 0);
        assert_true(page != MAP_FAILED);
        page[0] = 'x';

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(persistent(PAGE_HUGE), before);
        close(fd);
        assert_int_equal(
                pool_read(machine.sysfs, first_node, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.total, before + 1);
        munmap(page, size);
        assert_int_equal(
                pool_read(machine.sysfs, first_node, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.total, before);
        assert_int_equal(counts.surplus, 0);
}

/* Killed at random moments, then continued or released: nothing is lost, nothing too much is taken. */
static void test_killed(void **state)
{
        uint64_t before = persistent(PAGE_HUGE);
        unsigned killed = 0;

        for (unsigned i = 0; i < KILLS; i++) {
                struct timespec delay = { .tv_nsec = random() % 3000000 };
                int status;
                pid_t pid = fork();

                assert_true(pid >= 0);
                if (pid == 0)
                        _exit(reserve_pages("a", PAGE_HUGE, 4 * HUGE_PAGES, false) < 0 ||
                              release_reservation(&machine, "a", PAGE_HUGE) < 0);
                nanosleep(&delay, NULL);
                kill(pid, SIGKILL);
                assert_int_equal(waitpid(pid, &status, 0), pid);
                killed += WIFSIGNALED(status);

                if (i % 2) {
                        assert_int_equal(reserve_pages("a", PAGE_HUGE, HUGE_PAGES, false), 0);
                        assert_int_equal(persistent(PAGE_HUGE), before + HUGE_PAGES);
                }
                assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
                assert_int_equal(persistent(PAGE_HUGE), before);
        }
        print_message("killed %u times of %u\n", killed, KILLS);
}

static int act_on_kernel(const struct model_act *act);

/* Killed when so many tens of microseconds have passed. */
static int act_and_kill(const struct model_act *act)
{
        struct timespec delay = { .tv_nsec = act->kill * 20000 };
        int status;
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0)
                _exit(act_on_kernel(&(struct model_act){ .domain = act->domain,
                                                         .reserve = act->reserve,
                                                         .pages = { act->pages[0] },
                                                         .adopt = act->adopt,
                                                         .release = act->release }) != 0);
        nanosleep(&delay, NULL);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFSIGNALED(status))
                return -EINTR;
        return WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static int act_on_kernel(const struct model_act *act)
{
        struct node_amount node = {
                .node = first_node,
                .amount = { .kind = AMOUNT_PAGES, .value = act->pages[0] },
        };
        struct reservation_request request = {
                .domain = model_domains[act->domain],
                .type = PAGE_HUGE,
                .size = page_size_default(PAGE_HUGE),
                .pages = { .scope = REQUEST_NODES, .nodes = &node, .n_nodes = 1 },
                .policy = { .existing = act->adopt ? EXISTING_ADOPT : EXISTING_ADD,
                            .release = act->release },
        };

        if (act->kill > 0)
                return act_and_kill(act);
        return act->reserve ? reservation_make(&machine, &request)
                            : release_reservation(&machine, request.domain, PAGE_HUGE);
}

/* Random sequences of ours and others' writes: see model.h. */
static void test_model(void **state)
{
        const struct model_kernel kernel = {
                .nodes = &first_node,
                .n_nodes = 1,
                .act = act_on_kernel,
        };
        uint64_t before = persistent(PAGE_HUGE);
        unsigned wrong;

        log_set_max_level(LOG_ERR);
        wrong = model_run(&kernel, MODEL_SEED, MODEL_COUNT);
        log_set_max_level(LOG_INFO);
        assert_int_equal(
                pool_write(machine.sysfs, first_node, page_size_default(PAGE_HUGE), before), 0);
        assert_int_equal(wrong, 0);
}

static bool pools_are_writable(void)
{
        _cleanup_free_ unsigned *nodes = NULL;
        struct pool_counts counts;
        size_t n;

        machine.sysfs = open("/sys", O_DIRECTORY | O_CLOEXEC);
        machine.procfs = open("/proc", O_DIRECTORY | O_CLOEXEC);
        if (machine.sysfs < 0 || machine.procfs < 0 || geteuid() != 0 ||
            numa_nodes(machine.sysfs, &nodes, &n) < 0 || n == 0)
                return false;

        first_node = nodes[0];
        return pool_read(machine.sysfs, first_node, page_size_default(PAGE_HUGE), &counts) == 0 &&
               pool_write(machine.sysfs, first_node, page_size_default(PAGE_HUGE),
                          pool_persistent(&counts)) == 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_huge),
                cmocka_unit_test(test_gigantic),
                cmocka_unit_test(test_refused_before_the_pool_is_touched),
                cmocka_unit_test(test_release_of_pages_in_use),
                cmocka_unit_test(test_release_before_the_claim_has_died),
                cmocka_unit_test(test_killed),
                cmocka_unit_test(test_model),
        };
        char state[] = "/tmp/fd-shmem-kernel-XXXXXX", command[64];
        int failed;

        if (!pools_are_writable()) {
                fputs("skipped: needs root and writable huge page pools in /sys\n", stderr);
                return EXIT_SKIPPED;
        }
        if (!mkdtemp(state))
                return EXIT_FAILURE;
        machine.state = open(state, O_DIRECTORY | O_CLOEXEC);

        failed = cmocka_run_group_tests(tests, NULL, NULL);
        machine_close(&machine);
        snprintf(command, sizeof(command), "rm -r %s", state);
        return system(command) == 0 ? failed : EXIT_FAILURE;
}
