/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/claims.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/settings.h"

static uint64_t min_u64(uint64_t a, uint64_t b)
{
        return a < b ? a : b;
}

struct ledger_node *claims_node(const struct ledger_reservation *reservation, unsigned node)
{
        for (size_t i = 0; i < reservation->n_nodes; i++)
                if (reservation->nodes[i].node == node)
                        return &reservation->nodes[i];

        return NULL;
}

struct ledger_node *claims_make_node(struct ledger_reservation *reservation, unsigned node)
{
        struct ledger_node *found = claims_node(reservation, node), *bigger;
        size_t at = 0;

        if (found)
                return found;
        bigger = reallocarray(reservation->nodes, reservation->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return NULL;

        while (at < reservation->n_nodes && bigger[at].node < node)
                at++;
        memmove(&bigger[at + 1], &bigger[at], (reservation->n_nodes - at) * sizeof(*bigger));
        bigger[at] = (struct ledger_node){ .node = node };
        reservation->nodes = bigger;
        reservation->n_nodes++;
        return &bigger[at];
}

uint64_t claims_sum(const struct ledger_reservation *reservations, size_t n, unsigned node,
                    const char *except)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < n; i++)
                if (!except || strcmp(reservations[i].domain, except) != 0)
                        sum += claims_held(claims_node(&reservations[i], node));

        return sum;
}

uint64_t claims_adoptable(const struct pool_counts *counts, uint64_t held)
{
        uint64_t persistent = pool_persistent(counts);

        return persistent > held ? min_u64(persistent - held, counts->free) : 0;
}

void claims_settle_node(struct ledger_node *node, uint64_t persistent)
{
        if (!node->pending)
                return;

        if (node->target >= node->before) {
                uint64_t now = persistent > node->before ? persistent : node->before;

                node->added += min_u64(now - node->before, node->target - node->before);
        } else {
                uint64_t now = min_u64(persistent, node->before);

                node->added -= min_u64(min_u64(node->before - now, node->before - node->target),
                                       node->added);
        }
        node->pending = false;
        node->before = node->target = 0;
}

uint64_t claims_trim_node(struct ledger_node *node, uint64_t persistent, uint64_t others)
{
        uint64_t room = persistent > others ? persistent - others : 0;
        uint64_t held = claims_held(node);
        uint64_t lost = held > room ? held - room : 0;
        uint64_t of_added = min_u64(lost, node->added);

        node->added -= of_added;
        node->adopted -= lost - of_added;
        return lost;
}

static int settle_reservation(const struct machine *machine, struct ledger_reservation *reservation)
{
        bool changed = false;

        for (size_t i = 0; i < reservation->n_nodes; i++) {
                struct ledger_node *node = &reservation->nodes[i];
                uint64_t added = node->added;
                struct pool_counts counts = {};
                int r;

                if (!node->pending)
                        continue;
                r = pool_read(machine->sysfs, node->node, reservation->type, &counts);
                if (r < 0 && r != -ENOENT)
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               node->node, page_type_name(reservation->type));

                claims_settle_node(node, pool_persistent(&counts));
                log_notice(
                        "node %u: a helper was interrupted while it changed the pool of %s pages "
                        "for %s: %" PRIu64 " pages were added before, %" PRIu64 " now",
                        node->node, page_type_name(reservation->type), reservation->domain, added,
                        node->added);
                changed = true;
        }

        return changed ? ledger_store_reservation(machine, reservation) : 0;
}

int claims_load(const struct machine *machine, enum page_type type, struct ledger_reservation **ret,
                size_t *ret_n)
{
        struct ledger_reservation *reservations;
        size_t n;
        int r;

        (void) settings_restore(machine, type);
        r = ledger_list_reservations(machine, type, &reservations, &n);
        if (r < 0)
                return r;

        for (size_t i = 0; i < n; i++) {
                r = settle_reservation(machine, &reservations[i]);
                if (r < 0) {
                        ledger_reservations_free(reservations, n);
                        return r;
                }
        }

        *ret = reservations;
        *ret_n = n;
        return 0;
}
