/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "basic/size.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/kernel/surplus.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "tests/pools/fake-machine.h"

#define OVERCOMMIT "kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages"

struct fake_kernel fake_kernel;
int fake_machine_sysfs = -1;

/* The linker's names (ld(1), --wrap): calls of X come to __wrap_X, __real_X is X. */
int __wrap_pool_read(int sysfs, unsigned node, struct page_size size, struct pool_counts *ret);
int __wrap_pool_read_all(int sysfs, struct page_size size, struct pool_counts *ret);
int __wrap_pool_surplus_all(int sysfs, struct page_size size, uint64_t *ret);
int __wrap_pool_reserved(int sysfs, struct page_size size, uint64_t *ret);
int __real_pool_read(int sysfs, unsigned node, struct page_size size, struct pool_counts *ret);
int __real_pool_read_all(int sysfs, struct page_size size, struct pool_counts *ret);
int __real_pool_surplus_all(int sysfs, struct page_size size, uint64_t *ret);
int __real_pool_reserved(int sysfs, struct page_size size, uint64_t *ret);
int __wrap_pool_write(int sysfs, unsigned node, struct page_size size, uint64_t pages);
int __wrap_pool_write_bound(int sysfs, unsigned node, struct page_size size, uint64_t total);
int __wrap_surplus_make(struct page_size size, unsigned node, uint64_t claim, uint64_t pages,
                        unsigned threads, struct surplus *ret);
void __wrap_surplus_release(struct surplus *surplus);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_nanosleep(const struct timespec *duration, struct timespec *remaining);
int __wrap_sysfs_write(int dirfd, const char *path, const char *text);
int __wrap_sysfs_write_u64(int dirfd, const char *path, uint64_t value);
int __wrap_ledger_file_store(int state, const char *folder, const char *path, const char *text);
int __wrap_ledger_file_remove(int state, const char *path);
int __real_sysfs_write(int dirfd, const char *path, const char *text);
int __real_sysfs_write_u64(int dirfd, const char *path, uint64_t value);
int __real_ledger_file_store(int state, const char *folder, const char *path, const char *text);
int __real_ledger_file_remove(int state, const char *path);

static void event(void)
{
        if (++fake_kernel.events != fake_kernel.kill_at)
                return;
        if (fake_kernel.on_kill)
                fake_kernel.on_kill();
        raise(SIGKILL);
}

struct pools {
        struct pool_counts node[FAKE_NODES];
        uint64_t total, free, surplus;
};

static void read_pools(int sysfs, struct page_size size, struct pools *ret)
{
        *ret = (struct pools){};
        for (unsigned node = 0; node < FAKE_NODES; node++) {
                struct pool_counts *counts = &ret->node[node];

                if (pool_read(sysfs, node, size, counts) < 0)
                        *counts = (struct pool_counts){};
                ret->total += counts->total;
                ret->free += counts->free;
                ret->surplus += counts->surplus;
        }
}

#define HUGE_PER_GIGANTIC 512

/* Pages of SIZE that the node can have. */
static uint64_t capacity(int sysfs, unsigned node, struct page_size size)
{
        struct pool_counts huge, gigantic;
        uint64_t room = fake_kernel.room[node];

        if (room == 0 || pool_read(sysfs, node, page_size_default(PAGE_HUGE), &huge) < 0 ||
            pool_read(sysfs, node, page_size_default(PAGE_GIGANTIC), &gigantic) < 0)
                return fake_kernel.capacity[node];
        if (page_size_equal(size, page_size_default(PAGE_HUGE)))
                return room - gigantic.total * HUGE_PER_GIGANTIC;
        return huge.total > 0 ? gigantic.total : room / HUGE_PER_GIGANTIC;
}

/* mm/hugetlb.c: set_max_huge_pages(), where only NODE is allowed to change. COUNT is for all nodes. */
static void set_max(struct pools *p, unsigned node, uint64_t most, uint64_t count)
{
        struct pool_counts *n = &p->node[node];
        uint64_t allocated = 0, min_count;

        while (p->surplus > 0 && n->surplus > 0 && count > p->total - p->surplus)
                n->surplus--, p->surplus--;
        while (count > p->total - p->surplus && n->total < most &&
               (fake_kernel.per_write == 0 || allocated++ < fake_kernel.per_write))
                n->total++, n->free++, p->total++, p->free++;

        min_count = fake_kernel.reserved + p->total - p->free;
        min_count = min_count > count ? min_count : count;
        while (min_count < p->total - p->surplus && n->free > 0)
                n->total--, n->free--, p->total--, p->free--;
        while (count < p->total - p->surplus && n->surplus < n->total)
                n->surplus++, p->surplus++;
}

/* What a write for one node means for all nodes; before 6.7 it was wrong. */
static uint64_t count_for_all(const struct pools *p, unsigned node, uint64_t pages)
{
        const struct pool_counts *n = &p->node[node];

        if (fake_kernel.counts_surplus)
                return pages + p->total - n->total;
        return pages + (p->total - p->surplus) - pool_persistent(n);
}

/* Lets the change of one pool show, in two steps when it grows. */
static void show(int sysfs, unsigned node, struct page_size size, const struct pool_counts *before,
                 const struct pool_counts *after)
{
        struct machine machine = { .sysfs = sysfs, .procfs = -1, .state = -1 };

        if (after->total > before->total) {
                uint64_t half = (after->total - before->total) / 2;

                fake_pool_set_of(&machine, node, size, before->total + half, before->free + half,
                                 before->surplus);
                event();
        }
        fake_pool_set_of(&machine, node, size, after->total, after->free, after->surplus);
        event();
}

static int write_pool(int sysfs, unsigned node, struct page_size size, uint64_t pages, bool bound)
{
        struct pool_counts before;
        struct pools pools;
        int r;

        r = pool_read(sysfs, node, size, &before);
        if (r < 0)
                return r;
        event();
        fake_kernel.writes++;
        read_pools(sysfs, size, &pools);
        set_max(&pools, node, capacity(sysfs, node, size),
                bound ? pages : count_for_all(&pools, node, pages));
        show(sysfs, node, size, &before, &pools.node[node]);
        return 0;
}

int __wrap_pool_write(int sysfs, unsigned node, struct page_size size, uint64_t pages)
{
        return write_pool(sysfs, node, size, pages, false);
}

int __wrap_pool_write_bound(int sysfs, unsigned node, struct page_size size, uint64_t total)
{
        return fake_kernel.no_bound ? -ENOSYS : write_pool(sysfs, node, size, total, true);
}

/* mm/hugetlb.c: gather_surplus_pages(); the first CLAIM pages are there. SURPLUS has the number of
 * pages in place of that of descriptors. */
int __wrap_surplus_make(struct page_size size, unsigned node, uint64_t claim, uint64_t pages,
                        unsigned threads, struct surplus *ret)
{
        static int none;
        struct pool_counts counts;
        uint64_t allowed;
        int r;

        event();
        fake_kernel.surplus_makes++;
        r = sysfs_read_u64(fake_machine_sysfs, OVERCOMMIT, &allowed);
        if (r < 0 || allowed < pages || fake_kernel.no_surplus)
                return r < 0 ? r : -ENOMEM;
        if (fake_kernel.no_binding)
                node = FAKE_NODES - 1;

        r = pool_read(fake_machine_sysfs, node, size, &counts);
        if (r < 0)
                return r;
        fake_kernel.reserved += claim + pages;
        show(fake_machine_sysfs, node, size, &counts,
             &(struct pool_counts){
                     .total = counts.total + pages,
                     .free = counts.free + pages,
                     .surplus = counts.surplus + pages,
             });
        *ret = (struct surplus){ .fds = &none, .n_fds = claim + pages };
        return 0;
}

/* mm/hugetlb.c: return_unused_surplus_pages() */
void __wrap_surplus_release(struct surplus *surplus)
{
        struct pools pools;
        uint64_t give;

        if (!surplus->fds)
                return;
        event();
        read_pools(fake_machine_sysfs, page_size_default(PAGE_HUGE), &pools);
        fake_kernel.reserved -= surplus->n_fds;
        give = surplus->n_fds < pools.surplus ? surplus->n_fds : pools.surplus;
        for (unsigned node = 0; node < FAKE_NODES; node++) {
                struct pool_counts *n = &pools.node[node], before = *n;

                while (give > 0 && n->surplus > 0 && n->free > 0)
                        n->total--, n->free--, n->surplus--, give--;
                if (before.total > 0)
                        show(fake_machine_sysfs, node, page_size_default(PAGE_HUGE), &before, n);
        }
        *surplus = (struct surplus){};
}

/* Time goes by look by look: what a busy machine does to a test is no sign of a busy kernel. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
        static long microseconds;

        microseconds += fake_kernel.clock_usec ?: 100;
        *ret = (struct timespec){ microseconds / 1000000, microseconds % 1000000 * 1000 };
        return 0;
}

/* Nothing settles later here: what is waited for does not come. */
int __wrap_nanosleep(const struct timespec *duration, struct timespec *remaining)
{
        if (fake_kernel.on_sleep)
                fake_kernel.on_sleep();
        return 0;
}

int __wrap_sysfs_write(int dirfd, const char *path, const char *text)
{
        size_t length = strlen(path);
        unsigned node;

        if (length > 8 && strcmp(path + length - 8, "/compact") == 0 &&
            sscanf(path, "devices/system/node/node%u", &node) == 1) {
                fake_kernel.compactions++;
                fake_kernel.capacity[node] += fake_kernel.compaction_gain;
        }
        return __real_sysfs_write(dirfd, path, text);
}

int __wrap_sysfs_write_u64(int dirfd, const char *path, uint64_t value)
{
        unsigned node, kib;
        int r, length = 0;

        if (sscanf(path, "devices/system/node/node%u/hugepages/hugepages-%ukB/nr_hugepages%n",
                   &node, &kib, &length) == 2 &&
            length > 0 && path[length] == '\0')
                return write_pool(dirfd, node, (struct page_size){ kib * KIB }, value, false);
        event();
        r = __real_sysfs_write_u64(dirfd, path, value);
        event();
        return r;
}

int __wrap_ledger_file_store(int state, const char *folder, const char *path, const char *text)
{
        int r;

        event();
        r = __real_ledger_file_store(state, folder, path, text);
        event();
        return r;
}

int __wrap_ledger_file_remove(int state, const char *path)
{
        int r;

        event();
        r = __real_ledger_file_remove(state, path);
        event();
        return r;
}

int __wrap_pool_read(int sysfs, unsigned node, struct page_size size, struct pool_counts *ret)
{
        if (!fake_kernel.in_memory)
                return __real_pool_read(sysfs, node, size, ret);
        if (node >= FAKE_NODES || fake_kernel.capacity[node] == 0)
                return -ENOENT;
        *ret = *fake_pool_in_memory(node, size);
        return 0;
}

int __wrap_pool_read_all(int sysfs, struct page_size size, struct pool_counts *ret)
{
        struct pools pools;

        if (!fake_kernel.in_memory)
                return __real_pool_read_all(sysfs, size, ret);
        read_pools(sysfs, size, &pools);
        *ret = (struct pool_counts){ pools.total, pools.free, pools.surplus };
        return 0;
}

int __wrap_pool_surplus_all(int sysfs, struct page_size size, uint64_t *ret)
{
        struct pools pools;

        if (!fake_kernel.in_memory)
                return __real_pool_surplus_all(sysfs, size, ret);
        read_pools(sysfs, size, &pools);
        *ret = pools.surplus;
        return 0;
}

int __wrap_pool_reserved(int sysfs, struct page_size size, uint64_t *ret)
{
        if (!fake_kernel.in_memory)
                return __real_pool_reserved(sysfs, size, ret);
        *ret = fake_kernel.reserved;
        return 0;
}
