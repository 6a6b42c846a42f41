/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which steps are taken in which memory. Node 0 has 4096 MiB, and can have no more than 40 pages of
 * the 100 that are asked for (200 MiB). */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/kernel/free-blocks.h"
#include "helpers/modules/kernel/sysfs.h"
#include "tests/pools/acts.h"

#define MEMINFO "devices/system/node/node0/meminfo"
#define RECLAIM "devices/system/node/node0/reclaim"
#define DROP    "sys/vm/drop_caches"

static void write_file(int dirfd, const char *path, const char *text)
{
        _cleanup_close_ int fd =
                openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t) strlen(text));
}

static void assert_file(int dirfd, const char *path, const char *expected)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(sysfs_read(dirfd, path, &text, NULL), 0);
        assert_string_equal(text, expected);
}

#define LOCKED_MIB 3

static unsigned locked_mib = LOCKED_MIB;

static void set_memory(unsigned free_mib, unsigned cache_mib, unsigned slab_mib)
{
        char text[1024];

        snprintf(text, sizeof(text),
                 "Node 0 MemTotal: 4194304 kB\nNode 0 MemFree: %u kB\n"
                 "Node 0 Active(file): 0 kB\nNode 0 Inactive(file): %u kB\n"
                 "Node 0 Dirty: 0 kB\nNode 0 Writeback: 0 kB\nNode 0 Mlocked: %u kB\n"
                 "Node 0 AnonPages: 2048 kB\nNode 0 Shmem: 1024 kB\nNode 0 KernelStack: 1024 kB\n"
                 "Node 0 PageTables: 2048 kB\nNode 0 SReclaimable: %u kB\n"
                 "Node 0 SUnreclaim: 4096 kB\n",
                 free_mib * 1024, cache_mib * 1024, locked_mib * 1024, slab_mib * 1024);
        write_file(machine.sysfs, MEMINFO, text);
        fake_kernel.capacity[0] = 40;
        assert_int_equal(mkdirat(machine.procfs, "sys/vm", 0755), 0);
        write_file(machine.procfs, DROP, "");
}

/* 60 pages and 16 MiB to move things are 136 MiB; 101 MiB free less the watermark, 1 MiB, are 100. */
static void test_reclaims_what_is_missing(void **state)
{
        set_memory(101, 2000, 0);
        fake_kernel.compaction_gain = 60;
        write_file(machine.sysfs, RECLAIM, "");
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_file(machine.sysfs, RECLAIM, "37748736 swappiness=0\n");
        assert_file(machine.procfs, DROP, "");
}

static void test_no_reclaim_where_memory_is_free(void **state)
{
        set_memory(2000, 2000, 0);
        fake_kernel.compaction_gain = 60;
        write_file(machine.sysfs, RECLAIM, "");
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_file(machine.sysfs, RECLAIM, "");
        assert_file(machine.procfs, DROP, "");
        assert_int_equal(fake_kernel.compactions, 1);
}

static void test_reclaims_at_any_rate_when_nothing_else_helped(void **state)
{
        set_memory(2000, 2000, 0);
        write_file(machine.sysfs, RECLAIM, "");
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_file(machine.sysfs, RECLAIM, "142606336 swappiness=0\n");
        assert_file(machine.procfs, DROP, "");
}

static void test_drops_cache_where_nodes_cannot_reclaim(void **state)
{
        set_memory(101, 2000, 0);
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_file(machine.procfs, DROP, "1\n");
}

static void make_directories(const char *const paths[], size_t n)
{
        for (size_t i = 0; i < n; i++)
                assert_int_equal(mkdirat(machine.sysfs, paths[i], 0755), 0);
}

/* Two slices: 500 MiB of page cache on node 0 alone, and 1500 there of 3000 in all. */
static void make_cgroups(void)
{
        static const char *const paths[] = { "fs", "fs/cgroup", "fs/cgroup/system.slice",
                                             "fs/cgroup/user.slice" };

        make_directories(paths, ELEMENTSOF(paths));
        write_file(machine.sysfs, "fs/cgroup/system.slice/memory.numa_stat",
                   "anon N0=5 N2=5\ninactive_file N0=314572800 N2=0\n"
                   "active_file N0=209715200 N2=0\n");
        write_file(machine.sysfs, "fs/cgroup/user.slice/memory.numa_stat",
                   "anon N0=5 N2=5\ninactive_file N0=1572864000 N2=1572864000\n"
                   "active_file N0=0 N2=0\n");
        write_file(machine.sysfs, "fs/cgroup/system.slice/memory.reclaim", "");
        write_file(machine.sysfs, "fs/cgroup/user.slice/memory.reclaim", "");
}

/* 36 MiB are missing: a quarter and three quarters, half of which comes from elsewhere. */
static void test_reclaims_by_cgroup(void **state)
{
        set_memory(101, 2000, 0);
        make_cgroups();
        fake_kernel.compaction_gain = 60;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_file(machine.sysfs, "fs/cgroup/system.slice/memory.reclaim", "9437184\n");
        assert_file(machine.sysfs, "fs/cgroup/user.slice/memory.reclaim", "56623104\n");
        assert_file(machine.procfs, DROP, "");
}

static void test_writes_no_process_out(void **state)
{
        set_memory(101, 2000, 0);
        make_cgroups();
        write_file(machine.procfs, "swaps", "Filename Type Size\n/dev/sda2 partition 1000\n");
        fake_kernel.compaction_gain = 60;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_file(machine.sysfs, "fs/cgroup/user.slice/memory.reclaim", "");
        assert_file(machine.procfs, DROP, "1\n");
}

static void test_drops_slab_last(void **state)
{
        static const char *const paths[] = { "kernel/slab", "kernel/slab/dentry" };

        set_memory(2000, 0, 500);
        make_directories(paths, ELEMENTSOF(paths));
        write_file(machine.sysfs, "kernel/slab/dentry/shrink", "");
        write_file(machine.sysfs, RECLAIM, "");
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_file(machine.procfs, DROP, "2\n");
        assert_file(machine.sysfs, "kernel/slab/dentry/shrink", "1\n");
        assert_non_null(strstr(fake_log(), "directory entries and inodes dropped"));
}

#define COMPACT_LOCKED "sys/vm/compact_unevictable_allowed"

static void compact_with_locked(unsigned mib, unsigned compactions)
{
        locked_mib = mib;
        set_memory(2000, 0, 0);
        locked_mib = LOCKED_MIB;
        write_file(machine.procfs, COMPACT_LOCKED, "0\n");
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_int_equal(fake_kernel.compactions, compactions);
        assert_file(machine.procfs, COMPACT_LOCKED, "0\n");
}

static void test_little_locked_memory_stays(void **state)
{
        compact_with_locked(3, 2);
}

static void test_much_locked_memory_is_moved_for_the_moment(void **state)
{
        compact_with_locked(500, 3);
}

static void test_never_touches_others(void **state)
{
        struct reservation_request request = request_for("a", "0:100");

        set_memory(101, 2000, 500);
        write_file(machine.sysfs, RECLAIM, "");
        request.machine_policy.defrag = DEFRAG_NEVER;
        assert_int_equal(make(request), -ENOSPC);
        assert_file(machine.sysfs, RECLAIM, "");
        assert_file(machine.procfs, DROP, "");
        assert_int_equal(fake_kernel.compactions, 0);
}

static void test_nothing_is_touched_without_a_shortage(void **state)
{
        set_memory(101, 2000, 500);
        write_file(machine.sysfs, RECLAIM, "");
        assert_int_equal(reserve("a", "0:40"), 0);
        assert_file(machine.sysfs, RECLAIM, "");
        assert_file(machine.procfs, DROP, "");
        assert_int_equal(fake_kernel.compactions, 0);
        assert_null(strstr(fake_log(), "were not immediately available"));
}

static const char pagetypeinfo[] =
        "Page block order: 9\nPages per block:  512\n\n"
        "Free pages count per migrate type at order  0 1 2 3 4 5 6 7 8 9 10 \n"
        "Node    0, zone   Normal, type    Unmovable  256 0 0 0 0 0 0 0 1 7 0\n"
        "Node    0, zone   Normal, type      Movable  100 1 1 1 1 1 1 1 1 1 1\n"
        "Node    0, zone   Normal, type  Reclaimable  >100000 0 0 0 0 0 0 0 0 0 0\n"
        "Node    2, zone   Normal, type    Unmovable  999 0 0 0 0 0 0 0 1 7 0\n\n"
        "Number of blocks type     Unmovable      Movable  Reclaimable\n"
        "Node 0, zone      DMA            1            7            0\n"
        "Node 0, zone   Normal            9           70            3\n"
        "Node 2, zone   Normal          900           70            3\n";

static const char buddyinfo[] = "Node 0, zone   Normal   7 2 3 3 1 1 5 2 1 3 2\n"
                                "Node 2, zone   Normal   7 2 3 3 1 1 5 2 1 900 900\n";

static void test_reads_what_memory_consists_of(void **state)
{
        struct free_blocks memory;

        set_memory(501, 2000, 500);
        write_file(machine.procfs, "pagetypeinfo", pagetypeinfo);
        write_file(machine.procfs, "buddyinfo", buddyinfo);
        assert_int_equal(free_blocks_read(&machine, 0, page_size_default(PAGE_HUGE), &memory), 0);
        assert_int_equal(memory.free_whole, (3 + 2 * 2) * 2 * MIB);
        assert_int_equal(memory.free_stuck, 2 * MIB + 100000 * 4096);
        assert_int_equal(memory.unmovable_blocks, 20 * MIB);
        assert_int_equal(memory.uses.kernel, 7 * MIB);
        assert_int_equal(memory.uses.process, 3 * MIB);
        assert_int_equal(free_blocks_spare(&memory), (501 - 1 - 2) * MIB - 100000 * 4096);
}

static void test_says_what_is_in_the_way(void **state)
{
        set_memory(2000, 0, 0);
        write_file(machine.procfs, "pagetypeinfo", pagetypeinfo);
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_non_null(strstr(fake_log(),
                               "20 MiB are blocks that hold unmovable memory (7 MiB of it "
                               "slab, page tables and stacks of the kernel), 3 MiB are "
                               "locked by processes"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_reclaims_what_is_missing),
                TEST(test_no_reclaim_where_memory_is_free),
                TEST(test_reclaims_at_any_rate_when_nothing_else_helped),
                TEST(test_drops_cache_where_nodes_cannot_reclaim),
                TEST(test_reclaims_by_cgroup),
                TEST(test_writes_no_process_out),
                TEST(test_drops_slab_last),
                TEST(test_little_locked_memory_stays),
                TEST(test_much_locked_memory_is_moved_for_the_moment),
                TEST(test_never_touches_others),
                TEST(test_nothing_is_touched_without_a_shortage),
                TEST(test_reads_what_memory_consists_of),
                TEST(test_says_what_is_in_the_way),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
