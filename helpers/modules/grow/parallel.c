/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/parallel.h"

#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/kernel/surplus.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/settings.h"

/* A page that need not be zeroed takes 2 to 4 microseconds here (Linux 6.18); at 50, it would be
 * zeroed at 40 GB/s, which no CPU does. */
#define PLAIN_NSEC_MIN (50 * 1000)

/* A short write is dominated by overhead; and even a long one may have been delayed. */
#define USABLE_SAMPLE_NSEC_MIN (4 * 1000 * 1000)
#define USABLE_SAMPLES_MIN     2

/* Too few to be worth the threads. */
#define PAGES_MIN 4

/* It must take less than this part of a plain write's time, once in a while at least. */
#define GAIN_NUM 9
#define GAIN_DEN 10
#define SLOW_MAX 3

static unsigned allowed_cpus(void)
{
        cpu_set_t cpus;

        return sched_getaffinity(0, sizeof(cpus), &cpus) < 0 ? 1 : (unsigned) CPU_COUNT(&cpus);
}

bool parallel_pays(const struct parallel *parallel, struct page_size size, uint64_t pages)
{
        /* There are no surplus gigantic pages (mm/hugetlb.c: alloc_surplus_hugetlb_folio). */
        if (parallel->off || page_size_is_gigantic(size) || pages < PAGES_MIN)
                return false;

        return parallel->forced || (parallel->usable_samples >= USABLE_SAMPLES_MIN &&
                                    parallel->plain_nsec >= PLAIN_NSEC_MIN && allowed_cpus() > 1);
}

void parallel_note(struct parallel *parallel, bool in_parallel, uint64_t pages, uint64_t nsec)
{
        parallel->added += pages;
        if (pages == 0)
                return;
        if (!in_parallel) {
                if (parallel->plain_nsec == 0 || nsec / pages < parallel->plain_nsec)
                        parallel->plain_nsec = nsec / pages ?: 1;
                parallel->usable_samples += nsec >= USABLE_SAMPLE_NSEC_MIN;
                return;
        }

        if (nsec / pages < parallel->plain_nsec * GAIN_NUM / GAIN_DEN)
                parallel->slow = 0;
        else if (!parallel->forced && ++parallel->slow == SLOW_MAX) {
                log_info("A huge page takes %" PRIu64 " ns on several CPUs at once, %" PRIu64
                         " by a plain write, continuing with that",
                         nsec / pages, parallel->plain_nsec);
                parallel->off = true;
        }
}

/* Everything about the pools that must not change meanwhile. */
struct pools_seen {
        struct pool_counts all;
        struct pool_counts own;
        uint64_t reserved;
};

static int look(const struct machine *machine, unsigned node, struct page_size size,
                struct pools_seen *ret)
{
        int r;

        r = pool_read_all(machine->sysfs, size, &ret->all);
        if (r >= 0)
                r = pool_read(machine->sysfs, node, size, &ret->own);
        if (r >= 0)
                r = pool_reserved(machine->sysfs, size, &ret->reserved);
        return r < 0 ? log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size))
                     : 0;
}

/* New pages are allocated only beyond the free pages of the pools, on any node: free pages that are not
 * reserved would be used first. If they all belong to this run, that does no harm; others' might be
 * intended for a mount that is being made right now. And if others use surplus pages, a free page of the
 * pool is returned to the kernel instead when ours are released (mm/hugetlb.c:
 * return_unused_surplus_pages). */
static bool is_undisturbed(const struct parallel *parallel, const struct pools_seen *seen)
{
        return seen->all.surplus == 0 && seen->all.free == seen->reserved + parallel->added;
}

static bool have_come(const struct pools_seen *before, const struct pools_seen *after,
                      uint64_t pages)
{
        return after->own.surplus == pages && after->all.surplus == pages &&
               pool_persistent(&after->own) == pool_persistent(&before->own) &&
               pool_persistent(&after->all) == pool_persistent(&before->all);
}

static int give_up(struct parallel *parallel, unsigned node, const char *why)
{
        log_info("node %u: huge pages are allocated on one CPU, not on several in parallel: %s",
                 node, why);
        parallel->off = true;
        return 0;
}

static int make_and_keep(struct parallel *parallel, const struct machine *machine, unsigned node,
                         struct page_size size, uint64_t pages, const struct pools_seen *before,
                         struct pool_counts *ret)
{
        _cleanup_(surplus_release) struct surplus surplus = {};
        struct pools_seen after;
        int r;

        r = surplus_make(size, node, parallel->added, pages, allowed_cpus(), &surplus);
        if (r < 0)
                return give_up(parallel, node, strerror(-r));
        r = look(machine, node, size, &after);
        if (r < 0)
                return r;
        if (!have_come(before, &after, pages))
                return give_up(
                        parallel, node,
                        "they were allocated on another node, or others changed the pools meanwhile");

        r = resize_pool(machine->sysfs, node, size, pool_persistent(&before->own) + pages, ret);
        return r < 0 ? log_error_errno(r, "node %u: cannot change the pool of %s pages: %m", node,
                                       page_size_name(size))
                     : 1;
}

int parallel_grow(struct parallel *parallel, const struct machine *machine, unsigned node,
                  struct page_size size, uint64_t pages, struct pool_counts *ret)
{
        struct pools_seen before, after;
        struct pool_path path;
        uint64_t allowed;
        int r, done;

        r = look(machine, node, size, &before);
        if (r < 0)
                return r;
        if (!is_undisturbed(parallel, &before))
                return give_up(parallel, node, "others have free or surplus pages");

        path = pool_path_all(size, "nr_overcommit_hugepages");
        r = sysfs_read_u64(machine->sysfs, path.text, &allowed);
        if (r >= 0 && allowed < pages)
                r = settings_set(machine, size, SETTINGS_SYSFS, path.text, allowed + pages);
        if (r < 0)
                return give_up(parallel, node, strerror(-r));

        done = make_and_keep(parallel, machine, node, size, pages, &before, ret);
        (void) settings_restore_one(machine, size, SETTINGS_SYSFS, path.text);
        if (done <= 0)
                return done;

        r = look(machine, node, size, &after);
        if (r < 0)
                return r;
        if (pool_persistent(&after.all) != pool_persistent(&before.all) + pages)
                (void) give_up(parallel, node, "the pools do not have the expected numbers");
        *ret = after.own;
        return 1;
}
