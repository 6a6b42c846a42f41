/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/release.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "basic/log.h"
#include "helpers/modules/pools/claims.h"
#include "helpers/modules/pools/numa.h"
#include "helpers/modules/pools/resize.h"

/* A superblock dies after its unmount has returned, and holds its claim until then: some
 * milliseconds, more on a busy machine. */
#define SETTLE_POLL_NSEC (10 * 1000 * 1000)
#define SETTLE_POLLS     100

/* Lowers the pool to TARGET and waits until no page of ours hangs on as surplus, for about a second.
 * SURPLUS is what was surplus before. */
static int shrink(const struct machine *machine, unsigned node, enum page_type type,
                  uint64_t target, uint64_t surplus, struct pool_counts *ret)
{
        struct pool_counts counts = {};
        int r;

        r = resize_pool(machine->sysfs, node, type, target, &counts);
        for (unsigned i = 0; i < SETTLE_POLLS && r >= 0; i++) {
                if (pool_persistent(&counts) <= target && counts.surplus <= surplus)
                        break;
                (void) nanosleep(&(struct timespec){ .tv_nsec = SETTLE_POLL_NSEC }, NULL);
                r = pool_persistent(&counts) > target
                            ? resize_pool(machine->sysfs, node, type, target, &counts)
                            : pool_read(machine->sysfs, node, type, &counts);
        }
        if (r < 0)
                return log_error_errno(r, "node %u: cannot change the pool of %s pages: %m", node,
                                       page_type_name(type));

        *ret = counts;
        return 0;
}

static int announce(const struct machine *machine, struct ledger_reservation *reservation,
                    struct ledger_node *line, uint64_t before, uint64_t target)
{
        line->pending = true;
        line->before = before;
        line->target = target;
        return ledger_store_reservation(machine, reservation);
}

/* Enters what became of the pool, which had BEFORE and has NOW persistent pages. A pool can have grown
 * instead (see resize.h): those pages are ours, too. */
static int settle(const struct machine *machine, struct ledger_reservation *reservation,
                  struct ledger_node *line, uint64_t before, uint64_t now)
{
        line->pending = false;
        line->before = line->target = 0;
        if (now > before)
                line->added += now - before;
        else
                line->added -= before - now < line->added ? before - now : line->added;
        return ledger_store_reservation(machine, reservation);
}

static int report_outcome(const struct ledger_reservation *reservation,
                          const struct ledger_node *line, const struct pool_counts *before,
                          const struct pool_counts *after, uint64_t target)
{
        const char *type = page_type_name(reservation->type);
        uint64_t now = pool_persistent(after);

        if (now > target)
                return log_error_errno(
                        EBUSY,
                        "node %u: %" PRIu64 " %s pages were to go back, %" PRIu64
                        " remain in the pool: surplus pages on other nodes or another "
                        "writer keep them there; free them, then stop again",
                        line->node, pool_persistent(before) - target, type, now - target);
        if (after->surplus > before->surplus)
                log_warning("node %u: %" PRIu64 " %s pages are in use by others; they stay as "
                            "surplus and go back to the kernel when they are released",
                            line->node, after->surplus - before->surplus, type);

        log_info("node %u: %" PRIu64 " %s pages given back, %" PRIu64 " remain in the pool",
                 line->node, pool_persistent(before) - now, type, now);
        return 0;
}

/* How many of PAGES can be taken out without touching what is others', given a pool of PERSISTENT. */
static uint64_t releasable(const struct ledger_node *line, uint64_t pages, uint64_t others,
                           uint64_t persistent)
{
        uint64_t stays = others + line->adopted + line->added - pages;
        uint64_t room = persistent > stays ? persistent - stays : 0;

        return pages < room ? pages : room;
}

/* Gives back PAGES of those that were added on the node of LINE, which is a line of RESERVATION. */
static int release_pages(const struct machine *machine, struct ledger_reservation *reservation,
                         struct ledger_node *line, uint64_t pages, uint64_t others)
{
        const char *type = page_type_name(reservation->type);
        struct pool_counts before = {}, after = {};
        uint64_t give, persistent;
        int r;

        pages = pages < line->added ? pages : line->added;
        if (pages == 0)
                return 0;

        r = pool_read(machine->sysfs, line->node, reservation->type, &before);
        if (r < 0 && r != -ENOENT) /* a node that is gone has nothing of ours */
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                       line->node, type);
        persistent = pool_persistent(&before);
        give = releasable(line, pages, others, persistent);
        if (give < pages)
                log_warning("node %u: of %" PRIu64 " %s pages to give back, %" PRIu64
                            " have been taken out of the pool by somebody else",
                            line->node, pages, type, pages - give);
        line->added -= pages - give;
        if (give == 0)
                return ledger_store_reservation(machine, reservation);

        r = announce(machine, reservation, line, persistent, persistent - give);
        if (r < 0)
                return r;
        r = shrink(machine, line->node, reservation->type, persistent - give, before.surplus,
                   &after);
        if (r < 0)
                return r;
        r = settle(machine, reservation, line, persistent, pool_persistent(&after));
        if (r < 0)
                return r;

        return report_outcome(reservation, line, &before, &after, persistent - give);
}

static uint64_t excess(const struct ledger_node *line, const struct ledger_reservation *kept)
{
        const struct ledger_node *stays = kept ? claims_node(kept, line->node) : NULL;
        uint64_t pages = stays ? stays->added : 0;

        return line->added > pages ? line->added - pages : 0;
}

/* Makes the surplus pages of NODE persistent ones, as pages that we added. */
static int absorb_node(const struct machine *machine, struct ledger_reservation *reservation,
                       unsigned node)
{
        struct ledger_node *line;
        struct pool_counts counts;
        uint64_t before;
        int r;

        r = pool_read(machine->sysfs, node, reservation->type, &counts);
        if (r < 0 || counts.surplus == 0)
                return r == -ENOENT ? 0 : r;
        line = claims_make_node(reservation, node);
        if (!line)
                return -ENOMEM;

        before = pool_persistent(&counts);
        r = announce(machine, reservation, line, before, counts.total);
        if (r < 0)
                return r;
        r = resize_pool(machine->sysfs, node, reservation->type, counts.total, &counts);
        if (r < 0)
                return r;
        return settle(machine, reservation, line, before, pool_persistent(&counts));
}

/* A shrinking kernel counts all pages in use as if they were persistent (mm/hugetlb.c:
 * set_max_huge_pages, min_count). As long as others use surplus pages, on whatever node, it would turn
 * as many free pages into surplus instead of freeing them, and those would never go back: a surplus
 * page goes back when it is freed, and a free one is not. So the surplus is made persistent first, and
 * surplus again in the end. */
static int absorb_surplus(const struct machine *machine, struct ledger_reservation *reservation)
{
        _cleanup_free_ unsigned *nodes = NULL;
        struct pool_counts all;
        size_t n;
        int r;

        r = pool_read_all(machine->sysfs, reservation->type, &all);
        if (r < 0 || all.surplus == 0)
                return r;
        r = numa_nodes(machine->sysfs, &nodes, &n);
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = absorb_node(machine, reservation, nodes[i]);

        return r;
}

/* One round over all nodes: the pages that are free, or all. */
static int release_round(const struct machine *machine, struct ledger_reservation *reservation,
                         const struct ledger_reservation *kept,
                         const struct ledger_reservation *claims, size_t n_claims, bool only_free)
{
        int result = 0;

        for (size_t i = 0; i < reservation->n_nodes; i++) {
                struct ledger_node *line = &reservation->nodes[i];
                uint64_t pages = excess(line, kept);
                struct pool_counts counts;
                int r;

                if (only_free &&
                    pool_read(machine->sysfs, line->node, reservation->type, &counts) >= 0 &&
                    counts.free < pages)
                        pages = counts.free;
                r = release_pages(machine, reservation, line, pages,
                                  claims_sum(claims, n_claims, line->node, reservation->domain));
                if (r < 0 && result >= 0)
                        result = r;
        }

        return result;
}

int release_excess(const struct machine *machine, struct ledger_reservation *reservation,
                   const struct ledger_reservation *kept, const struct ledger_reservation *claims,
                   size_t n_claims)
{
        bool any = false;
        int r;

        for (size_t i = 0; i < reservation->n_nodes; i++)
                any = any || excess(&reservation->nodes[i], kept) > 0;
        if (!any)
                return 0;

        r = absorb_surplus(machine, reservation);
        if (r < 0)
                return log_error_errno(r, "Cannot change the pools of %s pages: %m",
                                       page_type_name(reservation->type));

        /* What is free first, on all nodes: what is in use becomes surplus (see above). */
        r = release_round(machine, reservation, kept, claims, n_claims, true);
        if (r < 0 && r != -EBUSY)
                return r;
        return release_round(machine, reservation, kept, claims, n_claims, false);
}

int release_reservation(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        struct ledger_reservation *claims;
        size_t n;
        int r;

        r = claims_load(machine, type, &claims, &n); /* settles OWN's record, too */
        if (r < 0)
                return r;

        r = ledger_load_reservation(machine, domain, type, &own);
        if (r >= 0)
                r = release_excess(machine, &own, NULL, claims, n);
        ledger_reservations_free(claims, n);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        return ledger_remove_reservation(machine->state, domain, type);
}
