/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/available.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/ledger/handover-record.h"

struct available available_on_node(const struct available_pool *pool, uint64_t promised, bool only)
{
        struct available available;
        uint64_t taken = promised;

        /* With several nodes, pages promised to other domains here may already be in use by them. */
        if (!only)
                taken = min_u64(promised, pool->others);
        available.least = min_u64(sub_u64(pool->free, taken), pool->held);
        available.most = only ? available.least : min_u64(pool->free, pool->held);
        return available;
}

bool available_is_mounted(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_close_ int base = -1, fd = -1;
        struct statfs st;

        if (ledger_load_domain(machine, domain, &record) < 0 || !record.path)
                return false;
        base = open(record.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (base >= 0)
                fd = openat(base, page_type_directory(type),
                            O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        return fd >= 0 && fstatfs(fd, &st) == 0 && st.f_type == HUGETLBFS_MAGIC;
}

/* Whether the domain's own processes may use its pages already: those of a domain without mounts may from
 * the end of its start on, those of any other as soon as its mount is there. */
static bool may_be_in_own_use(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_handover_ struct ledger_handover handover = {};

        if (available_is_mounted(machine, domain, type))
                return true;
        return ledger_load_domain(machine, domain, &record) >= 0 && !record.path &&
               !record.of_other_boot && ledger_load_handover(machine, domain, &handover) >= 0 &&
               handover.complete;
}

static int check_node(const struct available_pool *pool, unsigned node, struct page_size size,
                      uint64_t promised, bool only, int level)
{
        struct available available = available_on_node(pool, promised, only);

        if (available.most < pool->held)
                return log_full(
                        level, ENOSPC,
                        "node %u: of the %" PRIu64 " %s pages asked, which the pool has, "
                        "only %" PRIu64 " are free for the domain: others use %" PRIu64
                        " of its %" PRIu64 " pages, and %" PRIu64
                        " are promised to others on all nodes; stop the processes that use them "
                        "(\"fd-shmem "
                        "query\" says who), or reserve before they start",
                        node, pool->held, page_size_name(size), available.most,
                        pool->total - pool->free, pool->total, promised);
        if (available.least < pool->held)
                log_notice("node %u: whether all of the %" PRIu64
                           " %s pages are free for the domain cannot be told: %" PRIu64
                           " pages are promised to others, and the kernel does not say on which "
                           "nodes",
                           node, pool->held, page_size_name(size), promised);
        return 0;
}

/* A mount with min_size fails if the pools of all nodes together do not have that many. */
static int check_all(const struct machine *machine, const struct ledger_reservation *record,
                     uint64_t promised, int level)
{
        const char *pages = page_size_name(record->size);
        uint64_t held = holdings_total(record);
        struct pool_counts all;
        int r;

        r = pool_read_all(machine->sysfs, record->size, &all);
        if (r < 0)
                return log_error_errno(r, "Cannot read the pools of %s pages: %m", pages);
        if (sub_u64(all.free, promised) >= held)
                return 0;

        return log_full(level, ENOSPC,
                        "%" PRIu64 " %s pages are to be free for the domain, and on all nodes "
                        "together %" PRIu64 " are: others use %" PRIu64
                        " pages and were promised %" PRIu64
                        "; stop the processes that use them (\"fd-shmem query\" says who)",
                        held, pages, sub_u64(all.free, promised), all.total - all.free, promised);
}

int available_check(const struct machine *machine, const struct ledger_reservation *record,
                    const struct holdings *holdings, int level)
{
        _cleanup_free_ unsigned *nodes = NULL;
        uint64_t promised;
        bool touched = false;
        int r, result = 0;
        size_t n;

        r = pool_reserved(machine->sysfs, record->size, &promised);
        if (r >= 0)
                r = numa_nodes(machine->sysfs, &nodes, &n);
        if (r < 0)
                return log_error_errno(r, "Cannot read the pools of %s pages: %m",
                                       page_size_name(record->size));

        for (size_t i = 0; i < record->n_nodes; i++) {
                const struct ledger_node *line = &record->nodes[i];
                struct available_pool pool = {
                        .held = holdings_held(line),
                        .others = holdings_sum(holdings->reservations, holdings->n, line->node,
                                               record->domain),
                };
                struct pool_counts counts;

                r = pool.held == 0 ? -ENOENT
                                   : pool_read(machine->sysfs, line->node, record->size, &counts);
                if (r < 0)
                        continue;
                pool.total = counts.total;
                pool.free = counts.free;
                if (pool.total - pool.free + promised + pool.held + pool.others <= pool.total)
                        continue; /* no page of a domain is used by others: there are enough */
                if (!touched && may_be_in_own_use(machine, record->domain, record->type))
                        return 0;
                touched = true;
                r = check_node(&pool, line->node, record->size, promised, n == 1, level);
                if (r < 0)
                        result = r;
        }
        if (touched && result >= 0)
                result = check_all(machine, record, promised, level);
        return result;
}
