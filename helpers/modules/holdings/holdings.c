/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/holdings.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/holdings/account.h"
#include "helpers/modules/holdings/holdings-judge.h"
#include "helpers/modules/ledger/settings.h"

void holdings_done(struct holdings *holdings)
{
        ledger_reservations_free(holdings->reservations, holdings->n);
        ledger_baseline_done(&holdings->baseline);
        free(holdings->changed);
        *holdings = (struct holdings){};
}

static void log_loss(const struct holdings *holdings, const char *domain, unsigned node,
                     uint64_t lost)
{
        if (lost > 0)
                log_warning("node %u: %" PRIu64 " %s pages of %s have been taken out of the pool "
                            "by somebody else",
                            node, lost, page_size_name(holdings->size), domain);
}

/* Logs the losses of each domain but SILENT. The losses of ACTING are kept in its lines, for its use. */
static void log_losses(struct holdings *holdings, const char *acting, const char *silent)
{
        for (size_t i = 0; i < holdings->n; i++) {
                const struct ledger_reservation *reservation = &holdings->reservations[i];

                if (silent && strcmp(reservation->domain, silent) == 0)
                        continue;
                for (size_t n = 0; n < reservation->n_nodes; n++) {
                        struct ledger_node *line = &reservation->nodes[n];

                        log_loss(holdings, reservation->domain, line->node, line->lost);
                        if (!acting || strcmp(reservation->domain, acting) != 0)
                                line->lost = 0;
                }
        }
}

/* Reduced records are stored before the baseline: if we die in between, the next reader still finds the
 * pool too small for the sum, and continues. */
static int store_changes(const struct machine *machine, struct holdings *holdings)
{
        int r;

        for (size_t i = 0; i < holdings->n; i++) {
                if (!holdings->changed[i])
                        continue;
                r = ledger_store_reservation(machine, &holdings->reservations[i]);
                if (r < 0)
                        return r;
                holdings->changed[i] = false;
        }
        if (holdings->baseline_changed) {
                r = ledger_store_baseline(machine, &holdings->baseline);
                if (r < 0)
                        return r;
                holdings->baseline_changed = false;
        }

        return 0;
}

int holdings_look(const struct machine *machine, struct holdings *holdings,
                  struct ledger_reservation *own, unsigned node, uint64_t persistent,
                  uint64_t *ret_lost)
{
        const struct ledger_node *line = holdings_node(own, node);
        uint64_t before = holdings_accounted(line), lost;
        int r;

        r = holdings_judge(holdings, own, node, persistent);
        if (r < 0)
                return r;
        log_losses(holdings, NULL, own->domain);
        r = store_changes(machine, holdings);
        if (r < 0)
                return r;

        lost = before - holdings_accounted(line);
        log_loss(holdings, own->domain, node, lost);
        if (ret_lost)
                *ret_lost = lost;
        return 0;
}

/* A node that is gone has an empty pool. */
static int read_persistent(const struct machine *machine, unsigned node, struct page_size size,
                           uint64_t *ret)
{
        struct pool_counts counts = {};
        int r;

        r = pool_read(machine->sysfs, node, size, &counts);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));

        *ret = pool_persistent(&counts);
        return 0;
}

/* Reconciles the line of a writer that died. */
static void inherit(const struct ledger_reservation *reservation, struct ledger_node *line,
                    uint64_t persistent)
{
        const char *pages = page_size_name(reservation->size);
        uint64_t added = line->added, now, doubt;

        now = account_inherit(added, line->before, line->target, persistent, &doubt);
        if (now > added)
                holdings_add(line, now - added);
        else
                holdings_take_added(line, added - now);
        holdings_reconciled(line);
        log_notice(
                "node %u: a helper was interrupted while it changed the pool of %s pages for %s: "
                "%" PRIu64 " pages were added before, %" PRIu64 " now",
                line->node, pages, reservation->domain, added, line->added);
        if (doubt > 0)
                log_warning(
                        "node %u: somebody else has changed the pool of %s pages since: the owner "
                        "of up to %" PRIu64 " of them is unknown; they are left to others",
                        line->node, pages, doubt);
}

static int reconcile_lines(const struct machine *machine, struct holdings *holdings, size_t i)
{
        struct ledger_reservation *reservation = &holdings->reservations[i];

        for (size_t n = 0; n < reservation->n_nodes; n++) {
                struct ledger_node *line = &reservation->nodes[n];
                uint64_t persistent = 0;
                int r;

                if (!line->pending)
                        continue;
                r = read_persistent(machine, line->node, holdings->size, &persistent);
                if (r < 0)
                        return r;
                inherit(reservation, line, persistent);
                holdings->changed[i] = true;
        }

        return 0;
}

/* Judges every node that some domain has a line for. */
static int look_at_all(const struct machine *machine, struct holdings *holdings,
                       const struct ledger_reservation *acting)
{
        for (size_t i = 0; i < holdings->n; i++) {
                const struct ledger_reservation *reservation = &holdings->reservations[i];

                for (size_t n = 0; n < reservation->n_nodes; n++) {
                        unsigned node = reservation->nodes[n].node;
                        uint64_t persistent = 0;
                        int r;

                        r = read_persistent(machine, node, holdings->size, &persistent);
                        if (r >= 0)
                                r = holdings_judge(holdings, acting, node, persistent);
                        if (r < 0)
                                return r;
                }
        }

        return 0;
}

static int compare_names(const void *a, const void *b)
{
        const struct ledger_reservation *x = a, *y = b;

        return strcmp(x->domain, y->domain);
}

int holdings_read(const struct machine *machine, struct page_size size, const char *acting,
                  struct holdings *ret)
{
        _cleanup_holdings_ struct holdings holdings = { .size = size };
        const struct ledger_reservation *own;
        int r;

        r = ledger_list_reservations(machine, size, &holdings.reservations, &holdings.n);
        if (r < 0)
                return r;
        if (holdings.n > 0)
                qsort(holdings.reservations, holdings.n, sizeof(*holdings.reservations),
                      compare_names);
        holdings.changed = calloc(holdings.n ?: 1, sizeof(bool));
        if (!holdings.changed)
                return log_oom();

        /* Without a reservation, no pages are ours, and all existing pages form the baseline. */
        r = holdings.n > 0 ? ledger_load_baseline(machine, size, &holdings.baseline) : -ENOENT;
        if (r < 0 && r != -ENOENT)
                return r;
        holdings.baseline.size = size;

        r = 0;
        for (size_t i = 0; i < holdings.n && r >= 0; i++)
                r = reconcile_lines(machine, &holdings, i);
        own = holdings_of(&holdings, acting);
        if (r >= 0)
                r = look_at_all(machine, &holdings, own);
        if (r < 0)
                return r;
        /* The losses of the acting domain must be stored, too: enter_loss() marks the others. */
        for (size_t n = 0; own && n < own->n_nodes; n++)
                if (own->nodes[n].lost > 0)
                        holdings.changed[own - holdings.reservations] = true;

        *ret = holdings;
        holdings = (struct holdings){};
        return 0;
}

int holdings_load(const struct machine *machine, struct page_size size, const char *acting,
                  struct holdings *ret)
{
        _cleanup_holdings_ struct holdings holdings = {};
        int r;

        (void) settings_restore(machine, size);
        r = holdings_read(machine, size, acting, &holdings);
        if (r < 0)
                return r;
        log_losses(&holdings, acting, NULL);
        r = store_changes(machine, &holdings);
        if (r < 0)
                return r;

        *ret = holdings;
        holdings = (struct holdings){};
        return 0;
}
