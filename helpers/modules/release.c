/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/release.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "basic/log.h"
#include "helpers/modules/claims.h"
#include "helpers/modules/resize.h"

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
        return ledger_store_reservation(machine->state, reservation);
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
        return ledger_store_reservation(machine->state, reservation);
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
                log_warning("node %u: %" PRIu64
                            " %s pages that were to go back are in use by others; "
                            "they stay as surplus and go back to the kernel when they are released",
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

int release_pages(const struct machine *machine, struct ledger_reservation *reservation,
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
                return ledger_store_reservation(machine->state, reservation);

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

static struct ledger_reservation *find_domain(struct ledger_reservation *reservations, size_t n,
                                              const char *domain)
{
        for (size_t i = 0; i < n; i++)
                if (strcmp(reservations[i].domain, domain) == 0)
                        return &reservations[i];

        return NULL;
}

int release_reservation(const struct machine *machine, const char *domain, enum page_type type)
{
        struct ledger_reservation *reservations, *own;
        size_t n;
        int r, result = 0;

        r = claims_load(machine, type, &reservations, &n);
        if (r < 0)
                return r;

        own = find_domain(reservations, n, domain);
        for (size_t i = 0; own && i < own->n_nodes; i++) {
                struct ledger_node *line = &own->nodes[i];

                r = release_pages(machine, own, line, line->added,
                                  claims_sum(reservations, n, line->node, domain));
                if (r < 0 && result >= 0)
                        result = r;
        }

        ledger_reservations_free(reservations, n);
        return result < 0 || !own ? result
                                  : ledger_remove_reservation(machine->state, domain, type);
}
