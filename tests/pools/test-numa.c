/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/size.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/reserve/headroom.h"
#include "tests/pools/acts.h"

static void replace(int dirfd, const char *path, const char *text)
{
        _cleanup_close_ int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void assert_nodes(size_t n, unsigned first, unsigned last)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t count;

        assert_int_equal(numa_nodes(machine.sysfs, &nodes, &count), 0);
        assert_int_equal(count, n);
        assert_int_equal(nodes[0], first);
        assert_int_equal(nodes[n - 1], last);
}

static void test_nodes(void **state)
{
        static const struct fake_node without_memory = { .cpus = "3" };

        assert_nodes(2, 0, 2);

        /* An old kernel without has_memory: the online nodes, less those without memory. */
        assert_int_equal(unlinkat(machine.sysfs, "devices/system/node/has_memory", 0), 0);
        replace(machine.sysfs, "devices/system/node/online", "0-2\n");
        fake_node_set(&machine, 1, &without_memory);
        assert_nodes(2, 0, 2);

        replace(machine.sysfs, "devices/system/node/has_memory", "0-x\n");
        {
                unsigned *nodes;
                size_t n;

                assert_int_equal(numa_nodes(machine.sysfs, &nodes, &n), -EBADMSG);
        }
}

static void test_memory(void **state)
{
        struct node_memory memory;

        replace(machine.sysfs, "devices/system/node/node0/meminfo",
                "Node 0 MemTotal:        4194304 kB\nNode 0 MemFree:         2097152 kB\n"
                "Node 0 Active:           999999 kB\nNode 0 Active(file):     102400 kB\n"
                "Node 0 Inactive(file):   102400 kB\nNode 0 Dirty:              4096 kB\n"
                "Node 0 Writeback:          1024 kB\nNode 0 WritebackTmp:       9999 kB\n"
                "Node 0 Mapped:            15360 kB\n"
                "Node 0 KReclaimable:      88888 kB\nNode 0 SReclaimable:      10240 kB\n");
        replace(machine.procfs, "zoneinfo",
                "Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 1\n  pages free     3\n"
                "        min      52\n        low      65\n        high     100\n"
                "  pagesets\n    cpu: 0\n              count: 200\n              high:  500\n"
                "    cpu: 1\n              count: 56\n              high:  500\n  high_thing 9\n"
                "Node 2, zone   Normal\n        high     7777\n"
                "Node 0, zone   Normal\n        high     156\n");
        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, 0, &memory), 0);
        assert_int_equal(memory.total, 4 * GIB);
        assert_int_equal(memory.free, 2 * GIB + 256 * (uint64_t) sysconf(_SC_PAGESIZE));
        assert_int_equal(memory.dirty, 5 * MIB);
        assert_int_equal(memory.file_clean, 180 * MIB);
        assert_int_equal(memory.slab_reclaimable, 10 * MIB);
        assert_int_equal(memory.watermark, 256 * (uint64_t) sysconf(_SC_PAGESIZE));
        assert_int_equal(node_memory_available(&memory), 2 * GIB + 190 * MIB);
}

/* A terabyte: its first 4 GiB look free, and are kept for old devices. */
static void test_memory_kept_for_old_devices(void **state)
{
        uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE);
        struct node_memory memory;

        replace(machine.procfs, "zoneinfo",
                "Node 0, zone      DMA\n        boost    0\n        high     16\n"
                "        managed  3840\n        protection: (0, 2988, 1031000, 1031000, 1031000)\n"
                "Node 0, zone    DMA32\n        boost    0\n        high     3660\n"
                "        managed  764928\n        protection: (0, 0, 1028012, 1028012, 1028012)\n"
                "Node 0, zone   Normal\n        boost    1000\n        high     801000\n"
                "        managed  263171072\n        protection: (0, 0, 0, 0, 0)\n"
                "Node 0, zone  Movable\n        high     32\n"
                "        managed  0\n        protection: (0, 0, 0, 0, 0)\n");
        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, 0, &memory), 0);
        assert_int_equal(memory.watermark, (3840 + 764928 + 800000) * page);
}

/* Half of what is free is where no gigantic page can be, unless the administrator allows it. */
static void test_gigantic_pages_and_the_movable_zone(void **state)
{
        struct node_memory memory, all;

        replace(machine.procfs, "zoneinfo",
                "Node 0, zone   Normal\n  pages free     400000\n        high     0\n"
                "      nr_zone_inactive_file 5\n"
                "Node 0, zone  Movable\n  pages free     390000\n        high     0\n"
                "      nr_zone_inactive_file 1000\n      nr_zone_active_file 2000\n"
                "    cpu: 0\n              count: 216\n"
                "Node 2, zone  Movable\n  pages free     7\n");
        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, 0, &all), 0);
        assert_int_equal(all.movable, (390000 + 3000 + 216) * (uint64_t) sysconf(_SC_PAGESIZE));

        memory = all;
        node_memory_restrict(&machine, page_size_default(PAGE_HUGE), &memory);
        assert_int_equal(node_memory_available(&memory), node_memory_available(&all));
        node_memory_restrict(&machine, page_size_default(PAGE_GIGANTIC), &memory);
        assert_int_equal(node_memory_available(&memory), node_memory_available(&all) - all.movable);

        memory = all;
        assert_int_equal(mkdirat(machine.procfs, "sys/vm", 0755), 0);
        replace(machine.procfs, "sys/vm/movable_gigantic_pages", "1\n");
        node_memory_restrict(&machine, page_size_default(PAGE_GIGANTIC), &memory);
        assert_int_equal(node_memory_available(&memory), node_memory_available(&all));
}

static void test_single_node_is_the_machine(void **state)
{
        struct node_memory memory;

        replace(machine.procfs, "meminfo", "MemTotal: 8388608 kB\nMemFree: 7340032 kB\n");
        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, 0, &memory), 0);
        assert_int_equal(memory.total, 4 * GIB); /* there are two */

        replace(machine.sysfs, "devices/system/node/has_memory", "0\n");
        assert_int_equal(node_memory_read(machine.sysfs, machine.procfs, 0, &memory), 0);
        assert_int_equal(memory.total, 8 * GIB);
        assert_int_equal(memory.free, 7 * GIB);
}

static void test_pin(void **state)
{
        static const struct fake_node no_cpu = {}, last = { .cpus = "0" };
        cpu_set_t before, now;

        assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
        if (!CPU_ISSET(0, &before))
                skip();
        fake_node_set(&machine, 2, &no_cpu);
        assert_int_equal(numa_pin(machine.sysfs, 2), 0);
        assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
        assert_true(CPU_EQUAL(&before, &now));

        fake_node_set(&machine, 0, &last);
        assert_int_equal(numa_pin(machine.sysfs, 0), 0);
        assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
        assert_int_equal(CPU_COUNT(&now), 1);
        assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

/* The nodes that the kernel will take this thread's memory from; a nodemask is longer than any node. */
static void assert_bound_to(unsigned node)
{
        unsigned long mask[64] = {};
        const unsigned bits = 8 * sizeof(mask[0]);
        int policy;

        assert_int_equal(syscall(SYS_get_mempolicy, &policy, mask, 8 * sizeof(mask), NULL, 0UL), 0);
        assert_int_equal(policy, MPOL_BIND);
        for (unsigned i = 0; i < 8 * sizeof(mask); i++)
                assert_int_equal(mask[i / bits] >> i % bits & 1, i == node);
}

/* On the machine's own nodes: each of them, and none that it does not have. */
static void test_bind(void **state)
{
        _cleanup_close_ int sysfs = open("/sys", O_DIRECTORY | O_CLOEXEC);
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;

        if (numa_nodes(sysfs, &nodes, &n) < 0 || n == 0 || numa_bind(nodes[0]) == -ENOSYS)
                skip();
        for (size_t i = 0; i < n; i++) {
                assert_int_equal(numa_bind(nodes[i]), 0);
                assert_bound_to(nodes[i]);
        }
        assert_int_equal(numa_bind(nodes[n - 1] + 1), -EINVAL);
        assert_bound_to(nodes[n - 1]);
        assert_int_equal(numa_bind(100000), -EINVAL);
        numa_unbind();
}

static void test_cpu_lists(void **state)
{
        static const struct fake_node many = { .cpus = "0-3,8,12-13" };
        cpu_set_t cpus;

        fake_node_set(&machine, 0, &many);
        assert_int_equal(numa_cpus(machine.sysfs, 0, &cpus), 0);
        assert_int_equal(CPU_COUNT(&cpus), 7);
        assert_true(CPU_ISSET(8, &cpus));
        assert_true(CPU_ISSET(13, &cpus));
        assert_false(CPU_ISSET(4, &cpus));
}

static void test_headroom(void **state)
{
        struct amount size = { .kind = AMOUNT_BYTES, .value = 100 * MIB };
        struct amount share = { .kind = AMOUNT_PERCENT, .value = 1250 };
        struct node_memory memory = { .free = GIB, .watermark = 4 * MIB };

        assert_int_equal(headroom_default(4 * GIB), 256 * MIB);
        assert_int_equal(headroom_default(64 * GIB), GIB + 192 * MIB);
        assert_int_equal(headroom_default(1024 * GIB), 4 * GIB);
        assert_int_equal(headroom_bytes(NULL, 4 * GIB), 256 * MIB);
        assert_int_equal(headroom_bytes(&size, 4 * GIB), 100 * MIB);
        assert_int_equal(headroom_bytes(&share, 4 * GIB), 512 * MIB);

        assert_int_equal(headroom_fitting_pages(&memory, 20 * MIB, 2 * MIB), 500);
        assert_int_equal(headroom_fitting_pages(&memory, 2 * GIB, 2 * MIB), 0);
        memory.watermark = 2 * GIB;
        assert_int_equal(headroom_fitting_pages(&memory, 0, 2 * MIB), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_nodes),
                TEST(test_memory),
                TEST(test_memory_kept_for_old_devices),
                TEST(test_gigantic_pages_and_the_movable_zone),
                TEST(test_single_node_is_the_machine),
                TEST(test_pin),
                TEST(test_bind),
                TEST(test_cpu_lists),
                TEST(test_headroom),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
