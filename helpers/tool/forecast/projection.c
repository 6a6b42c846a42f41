/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/projection.h"

#include <string.h>

#include "basic/grow-array.h"
#include "basic/log.h"
#include "conf/load.h"
#include "helpers/modules/holdings/holdings.h"

void projection_done(struct projection *f)
{
        for (unsigned slot = 0; slot < pool_slots_end(&f->slots); slot++) {
                ledger_reservations_free(f->now[slot], f->n_now[slot]);
                ledger_reservations_free(f->then[slot], f->n_then[slot]);
        }
        machine_places_done(&f->places);
        free(f->nodes);
}

int projection_record(struct projection *f, unsigned slot, enum page_type type, const char *domain,
                      struct ledger_node *lines, size_t n_lines)
{
        struct ledger_reservation *record = NULL;
        int r;

        for (size_t i = 0; i < f->n_then[slot] && !record; i++)
                if (strcmp(f->then[slot][i].domain, domain) == 0)
                        record = f->then[slot] + i;

        if (!record) {
                r = grow_array(&f->then[slot], f->n_then[slot], &f->then_room[slot]);
                if (r < 0) {
                        free(lines);
                        return log_oom();
                }
                record = f->then[slot] + f->n_then[slot]++;
                *record = (struct ledger_reservation){
                        .type = type,
                        .size = pool_slot_size(&f->slots, slot),
                        .domain = strdup(domain),
                };
        }

        free(record->nodes);
        record->nodes = lines;
        record->n_nodes = n_lines;
        return record->domain ? 0 : log_oom();
}

static int load_reservations(struct projection *f, unsigned slot)
{
        _cleanup_holdings_ struct holdings holdings = {};
        int r;

        if (f->tool->machine.state < 0)
                return 0;

        r = holdings_read(&f->tool->machine, pool_slot_size(&f->slots, slot), NULL, &holdings);
        if (r < 0)
                return r;
        f->now[slot] = TAKE_PTR(holdings.reservations);
        f->n_now[slot] = holdings.n;
        holdings.n = 0;

        for (size_t i = 0; i < f->n_now[slot]; i++) {
                const struct ledger_reservation *record = f->now[slot] + i;
                struct ledger_node *lines = calloc(record->n_nodes ?: 1, sizeof(*lines));

                if (!lines)
                        return log_oom();
                if (record->n_nodes > 0)
                        memcpy(lines, record->nodes, record->n_nodes * sizeof(*lines));
                r = projection_record(f, slot, record->type, record->domain, lines,
                                      record->n_nodes);
                if (r < 0)
                        return r;
                f->then[slot][f->n_then[slot] - 1].release = record->release;
        }
        return 0;
}

/* Those of the ledger and of the configuration. */
static int number_pools(struct projection *f)
{
        for (size_t i = 0; i < f->config->n_domains; i++)
                for_each_pool_type(type)
                        if (domain_page_size(f->config->domains + i, type).bytes > 0)
                                pool_slot_add(&f->slots,
                                              domain_page_size(f->config->domains + i, type));
        return f->tool->machine.state < 0 ? 0 : pool_slots_load(f->tool->machine.state, &f->slots);
}

int projection_look(struct projection *f)
{
        const struct machine *machine = &f->tool->machine;
        int r;

        r = machine_places_probe(machine, &f->places);
        if (r < 0)
                return r;
        f->nodes = calloc(f->places.n, sizeof(*f->nodes));
        if (!f->nodes)
                return log_oom();

        for (size_t i = 0; i < f->places.n; i++) {
                f->nodes[i].node = f->places.places[i].node;
                r = node_memory_read(machine->sysfs, machine->procfs, f->nodes[i].node,
                                     &f->nodes[i].memory);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read its memory: %m",
                                               f->nodes[i].node);
        }

        r = number_pools(f);
        for (unsigned slot = PAGE_NORMAL + 1; r >= 0 && slot < pool_slots_end(&f->slots); slot++)
                r = load_reservations(f, slot);
        return r;
}

struct projection_node *projection_node(struct projection *f, unsigned node)
{
        for (size_t i = 0; i < f->places.n; i++)
                if (f->nodes[i].node == node)
                        return f->nodes + i;
        return NULL;
}

void projection_take(struct node_memory *memory, uint64_t bytes)
{
        uint64_t *const stocks[] = { &memory->free, &memory->file_clean,
                                     &memory->slab_reclaimable };

        for (size_t i = 0; i < ELEMENTSOF(stocks); i++) {
                uint64_t taken = bytes < *stocks[i] ? bytes : *stocks[i];

                *stocks[i] -= taken;
                bytes -= taken;
        }
}

/* Adopted pages stay in the pool without an owner. */
static void give_back(struct projection *f, unsigned slot, struct ledger_reservation *record)
{
        for (size_t i = 0; i < record->n_nodes; i++) {
                struct projection_node *node = projection_node(f, record->nodes[i].node);
                uint64_t pages = record->release ? record->nodes[i].added : 0;

                if (node) {
                        node->pages[slot] -= (int64_t) pages;
                        node->memory.free += pages * record->size.bytes;
                }
                record->nodes[i].adopted = record->nodes[i].added = 0;
        }
}

void projection_stop_undeclared(struct projection *f)
{
        for (unsigned slot = 0; slot < pool_slots_end(&f->slots); slot++)
                for (size_t i = 0; i < f->n_then[slot]; i++) {
                        struct ledger_reservation *record = f->then[slot] + i;

                        /* Names with "_" are of domains made by hand. */
                        if (record->domain[0] != '_' && !config_find(f->config, record->domain))
                                give_back(f, slot, record);
                }
}
