/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/release.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/numa.h"

/* A superblock is destroyed after its unmount has returned, and keeps its pages promised until then: some
 * milliseconds, more on a busy machine. Until then, the pages that we released are surplus; they are
 * freed with the promise (mm/hugetlb.c: return_unused_surplus_pages). */
#define DYING_POLL_NSEC (5 * 1000 * 1000)
#define DYING_POLLS     50

/* How often a write is postponed because somebody else changes the pool right before it. */
#define LOOKS_MAX 4

static int read_counts(const struct machine *machine, unsigned node, struct page_size size,
                       struct pool_counts *ret)
{
        struct pool_counts counts = {};
        int r;

        r = pool_read(machine->sysfs, node, size, &counts);
        if (r < 0 && r != -ENOENT) /* a node that no longer exists has no pages of ours */
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));

        *ret = counts;
        return 0;
}

/* The pages to release: those that were added for RESERVATION beyond those of KEPT (NULL: all). */
struct release {
        const struct machine *machine;
        struct ledger_reservation *reservation;
        const struct ledger_reservation *kept;
        struct holdings *holdings;
};

static int announce(const struct release *release, struct ledger_node *line,
                    const struct pool_counts *counts, uint64_t target, uint64_t surplus)
{
        line->pending = true;
        line->before = pool_persistent(counts);
        line->target = target;
        line->surplus = surplus;
        return ledger_store_reservation(release->machine, release->reservation);
}

/* Pages of the line to release; *RET_SURPLUS: those that were others' surplus before we or a release made
 * them persistent. They are released first, since the domain does not use them. */
static uint64_t excess(const struct release *release, const struct ledger_node *line,
                       uint64_t *ret_surplus)
{
        const struct ledger_node *stays =
                release->kept ? holdings_node(release->kept, line->node) : NULL;
        uint64_t added = stays ? stays->added : 0, converted = stays ? stays->converted : 0;

        if (ret_surplus)
                *ret_surplus = line->converted > converted ? line->converted - converted : 0;
        return line->added > added ? line->added - added : 0;
}

/* Reads the pool, and announces the release of all pages to be released (only the free ones, or all), if
 * the pool is the same before and after that. *RET_GIVE 0: there are none, and nothing is announced. */
static int look_and_announce(const struct release *release, struct ledger_node *line,
                             bool only_free, struct pool_counts *ret, uint64_t *ret_give)
{
        struct ledger_reservation *reservation = release->reservation;

        for (unsigned i = 0; i < LOOKS_MAX; i++) {
                struct pool_counts now = {};
                int r;

                r = read_counts(release->machine, line->node, reservation->size, ret);
                if (r >= 0)
                        r = holdings_look(release->machine, release->holdings, reservation,
                                          line->node, pool_persistent(ret), NULL);
                if (r < 0)
                        return r;
                *ret_give = excess(release, line, NULL);
                if (only_free && ret->free < *ret_give)
                        *ret_give = ret->free;
                if (*ret_give == 0)
                        return ledger_store_reservation(release->machine, reservation);

                r = announce(release, line, ret, pool_persistent(ret) - *ret_give, 0);
                line->pending = false;
                if (r >= 0)
                        r = read_counts(release->machine, line->node, reservation->size, &now);
                if (r < 0)
                        return r;
                if (pool_persistent(&now) == pool_persistent(ret))
                        break;
        }

        return 0;
}

/* Releases pages that were added on the node of LINE: one read of the pool, and one write. */
static int release_line(const struct release *release, struct ledger_node *line, bool only_free)
{
        const struct ledger_reservation *reservation = release->reservation;
        struct pool_counts before = {}, after = {};
        uint64_t give, target, surplus;
        int r;

        r = look_and_announce(release, line, only_free, &before, &give);
        if (r < 0 || give == 0)
                return r;

        target = pool_persistent(&before) - give;
        r = resize_pool(release->machine->sysfs, line->node, reservation->size, target, &after);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot change the pool of %s pages: %m",
                                       line->node, page_size_name(reservation->size));
        (void) excess(release, line, &surplus);
        line->converted -= surplus < give ? surplus : give;
        holdings_take_added(line, give);
        log_info("node %u: %" PRIu64 " %s pages released, %" PRIu64 " remain in the pool",
                 line->node, give, page_size_name(reservation->size), pool_persistent(&after));
        return ledger_store_reservation(release->machine, reservation);
}

/* Makes the surplus pages of NODE persistent ones, as pages that we added. */
static int absorb_node(const struct release *release, unsigned node)
{
        struct ledger_reservation *reservation = release->reservation;
        const struct machine *machine = release->machine;
        struct pool_counts counts;
        struct ledger_node *line;
        int r;

        r = pool_read(machine->sysfs, node, reservation->size, &counts);
        if (r < 0 || counts.surplus == 0)
                return r == -ENOENT ? 0 : r;
        line = holdings_make_node(reservation, node);
        if (!line)
                return -ENOMEM;
        r = holdings_look(machine, release->holdings, reservation, node, pool_persistent(&counts),
                          NULL);
        if (r >= 0)
                r = announce(release, line, &counts, counts.total, counts.surplus);
        if (r >= 0)
                r = resize_pool(machine->sysfs, node, reservation->size, counts.total, &counts);
        if (r < 0)
                return r;

        holdings_reconcile(line, pool_persistent(&counts));
        return ledger_store_reservation(machine, reservation);
}

/* A shrinking kernel counts all pages in use as if they were persistent (mm/hugetlb.c:
 * set_max_huge_pages, min_count). As long as others use surplus pages, on any node, it would turn as many
 * free pages into surplus instead of freeing them, and those would never be returned: a surplus page is
 * returned when it is freed, but these are free already. So the surplus is made persistent first, and
 * surplus again in the end. */
static int absorb_surplus(const struct release *release)
{
        _cleanup_free_ unsigned *nodes = NULL;
        struct pool_counts all;
        size_t n;
        int r;

        r = pool_read_all(release->machine->sysfs, release->reservation->size, &all);
        if (r < 0 || all.surplus == 0)
                return r;
        r = numa_nodes(release->machine->sysfs, &nodes, &n);
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = absorb_node(release, nodes[i]);

        return r;
}

/* One round over all nodes: the pages that are free, or all. */
static int release_round(const struct release *release, bool only_free)
{
        int result = 0;

        for (size_t i = 0; i < release->reservation->n_nodes; i++) {
                struct ledger_node *line = &release->reservation->nodes[i];
                int r = 0;

                if (excess(release, line, NULL) > 0)
                        r = release_line(release, line, only_free);
                if (r < 0 && result >= 0)
                        result = r;
        }

        return result;
}

/* Waits as long as there are surplus pages that are free: promised to a file system, which may be ours.
 * At least as many are then promised as we have released, OURS. Only reads: no number is changed any
 * more. */
static void wait_for_dying_mount(const struct machine *machine, struct page_size size,
                                 uint64_t ours)
{
        for (unsigned i = 0; i < DYING_POLLS; i++) {
                struct pool_counts all;
                uint64_t promised;

                if (pool_read_all(machine->sysfs, size, &all) < 0 || all.surplus == 0 ||
                    all.free == 0 || pool_reserved(machine->sysfs, size, &promised) < 0 ||
                    promised < ours)
                        return;
                clock_pause(DYING_POLL_NSEC);
        }
}

/* Surplus pages that are not free are in use, and the pools do not tell by which processes: by others, or
 * by processes that still have a file of the stopped domain open or mapped. */
static void report_surplus(const struct machine *machine,
                           const struct ledger_reservation *reservation)
{
        for (size_t i = 0; i < reservation->n_nodes; i++) {
                unsigned node = reservation->nodes[i].node;
                struct pool_counts counts;

                if (pool_read(machine->sysfs, node, reservation->size, &counts) >= 0 &&
                    counts.surplus > counts.free)
                        log_warning(
                                "node %u: %" PRIu64
                                " %s pages are still in use; they stay as surplus, and the kernel "
                                "frees "
                                "them when they are released",
                                node, counts.surplus - counts.free,
                                page_size_name(reservation->size));
        }
}

int release_excess(const struct machine *machine, struct ledger_reservation *reservation,
                   const struct ledger_reservation *kept, struct holdings *holdings)
{
        const struct release release = { machine, reservation, kept, holdings };
        uint64_t held = holdings_total(reservation);
        bool any = false;
        int r;

        for (size_t i = 0; i < reservation->n_nodes && !any; i++)
                any = excess(&release, &reservation->nodes[i], NULL) > 0;
        if (!any)
                return 0;

        r = absorb_surplus(&release);
        if (r < 0)
                return log_error_errno(r, "Cannot change the pools of %s pages: %m",
                                       page_size_name(reservation->size));

        /* Free pages first, on all nodes: pages in use become surplus. */
        r = release_round(&release, true);
        if (r >= 0)
                r = release_round(&release, false);
        if (r < 0)
                return r;

        wait_for_dying_mount(machine, reservation->size, held);
        report_surplus(machine, reservation);
        return 0;
}

int release_pages(const struct machine *machine, struct ledger_reservation *reservation,
                  struct holdings *holdings, unsigned node, uint64_t pages)
{
        struct ledger_node *line = holdings_node(reservation, node), stays = *line;
        const struct ledger_reservation kept = { .nodes = &stays, .n_nodes = 1 };
        const struct release release = { machine, reservation, &kept, holdings };

        holdings_take_added(&stays, pages);
        return release_line(&release, line, false);
}

int release_reservation(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        _cleanup_holdings_ struct holdings holdings = {};
        int r;

        /* Brings OWN's record up to date, too. */
        r = holdings_load(machine, ledger_reservation_size(machine->state, domain, type), domain,
                          &holdings);
        if (r < 0)
                return r;

        r = ledger_load_reservation(machine, domain, type, &own);
        if (r >= 0)
                r = release_excess(machine, &own, NULL, &holdings);
        if (r < 0 && r != -ENOENT)
                return r;

        return ledger_remove_reservation(machine->state, domain, type); /* or one of another boot */
}
