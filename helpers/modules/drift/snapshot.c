/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/snapshot.h"

#include <string.h>

#include "basic/log.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/mounts/option-string.h"

static int read_pool(const struct machine *machine, struct drift_type *of, struct page_size size,
                     size_t at, unsigned node)
{
        struct drift_pool *pool = of->pools + at;
        int r;

        pool->node = node;
        r = pool_read(machine->sysfs, node, size, &pool->counts);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));
        pool->there = r >= 0;
        of->supported = of->supported || pool->there;
        return 0;
}

static bool is_pending(const struct drift_type *of)
{
        for (size_t i = 0; i < of->n_reservations; i++)
                for (size_t n = 0; n < of->reservations[i].n_nodes; n++)
                        if (of->reservations[i].nodes[n].pending)
                                return true;
        return false;
}

static int read_type(const struct machine *machine, struct drift_snapshot *snapshot, unsigned slot)
{
        struct page_size size = pool_slot_size(&snapshot->slots, slot);
        struct drift_type *of = snapshot->type + slot;
        int r;

        r = ledger_list_reservations(machine, size, &of->reservations, &of->n_reservations);
        if (r < 0)
                return r;
        of->pending = is_pending(of);
        if (!of->pending) {
                r = holdings_read(machine, size, NULL, &of->now);
                if (r < 0)
                        return r;
        }
        of->pools = calloc(snapshot->n_nodes ?: 1, sizeof(*of->pools));
        if (!of->pools)
                return log_oom();
        for (size_t i = 0; i < snapshot->n_nodes; i++) {
                r = read_pool(machine, of, size, i, snapshot->nodes[i]);
                if (r < 0)
                        return r;
        }

        r = of->supported ? pool_reserved(machine->sysfs, size, &of->reserved) : 0;
        return r < 0 ? log_error_errno(r, "Cannot read how many %s pages are promised: %m",
                                       page_size_name(size))
                     : 0;
}

/* The claim of the mount that is at the domain's place now, in pages. */
static int read_claim(const struct drift_snapshot *snapshot, struct drift_domain *domain,
                      enum page_type type)
{
        const struct mount_entry *entry;
        _cleanup_free_ char *path = NULL;
        struct page_size size = ledger_domain_page_size(&domain->record, type);
        const char *value;
        size_t length;

        if (asprintf(&path, "%s/%s", domain->record.path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        entry = mount_table_at(snapshot->table, path);
        if (!entry || !mount_entry_matches(entry, type, size) ||
            !option_string_get(entry->fs_options, "min_size", &value, &length))
                return 0;

        domain->has_claim[type] = true;
        domain->claim[type] = strtoull(value, NULL, 10) / size.bytes;
        return 0;
}

/* Adds the domain if it is up. */
static int read_domain(const struct machine *machine, struct drift_snapshot *snapshot,
                       const char *name)
{
        struct drift_domain *domain = snapshot->domains + snapshot->n_domains;
        int r;

        *domain = (struct drift_domain){};
        if (ledger_is_leftover(machine->state, name))
                return 0;
        r = ledger_load_domain(machine, name, &domain->record);
        if (r < 0)
                return r == -ENOENT ? 0 : r; /* torn down meanwhile */
        if (domain->record.of_other_boot) {
                ledger_domain_done(&domain->record);
                return 0;
        }

        snapshot->n_domains++;
        r = ledger_load_handover(machine, name, &domain->handover);
        if (r < 0 && r != -ENOENT)
                return r;
        domain->has_handover = r >= 0;
        if (domain->has_handover && !domain->handover.complete) {
                ledger_domain_done(&domain->record);
                ledger_handover_done(&domain->handover);
                snapshot->n_domains--;
                return 0;
        }

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                r = page_type_has_pool(type) && domain->record.path
                            ? read_claim(snapshot, domain, type) : 0;
                if (r < 0)
                        return r;
        }
        return 0;
}

static int read_domains(const struct machine *machine, struct drift_snapshot *snapshot)
{
        char **names = NULL;
        size_t n = 0;
        int r;

        r = ledger_list_domains(machine->state, &names);
        if (r < 0)
                return r;

        while (names[n])
                n++;
        snapshot->domains = calloc(n ?: 1, sizeof(*snapshot->domains));
        r = snapshot->domains ? 0 : log_oom();
        for (size_t i = 0; i < n; i++) {
                if (r >= 0)
                        r = read_domain(machine, snapshot, names[i]);
                free(names[i]);
        }
        free(names);
        return r;
}

int drift_snapshot_take(const struct machine *machine, struct drift_snapshot *ret)
{
        _cleanup_snapshot_ struct drift_snapshot snapshot = {};
        int r;

        r = mount_table_load(machine, &snapshot.table);
        if (r >= 0)
                r = read_domains(machine, &snapshot);
        if (r < 0)
                return r;
        r = numa_nodes(machine->sysfs, &snapshot.nodes, &snapshot.n_nodes);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");
        r = pool_slots_load(machine->state, &snapshot.slots);
        if (r < 0)
                return r;
        for (size_t i = 0; i < snapshot.n_domains; i++)
                for_each_pool_type(type)
                        pool_slot_add(&snapshot.slots,
                                      ledger_domain_page_size(&snapshot.domains[i].record, type));
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&snapshot.slots); slot++) {
                r = read_type(machine, &snapshot, slot);
                if (r < 0)
                        return r;
        }

        *ret = snapshot;
        snapshot = (struct drift_snapshot){};
        return 0;
}

const struct drift_type *drift_pools_of(const struct drift_snapshot *snapshot,
                                        const struct drift_domain *domain, enum page_type type)
{
        static const struct drift_type none;
        unsigned slot =
                pool_slot_find(&snapshot->slots, ledger_domain_page_size(&domain->record, type));

        return slot < pool_slots_end(&snapshot->slots) ? snapshot->type + slot : &none;
}

const struct ledger_reservation *drift_reservation(const struct drift_snapshot *snapshot,
                                                   enum page_type type, const char *domain)
{
        for (unsigned slot = 0; slot < pool_slots_end(&snapshot->slots); slot++)
                for (size_t i = 0; i < snapshot->type[slot].n_reservations; i++) {
                        const struct ledger_reservation *own =
                                snapshot->type[slot].reservations + i;

                        if (own->type == type && strcmp(own->domain, domain) == 0)
                                return own;
                }
        return NULL;
}

void drift_snapshot_done(struct drift_snapshot *snapshot)
{
        for (unsigned slot = 0; slot < pool_slots_end(&snapshot->slots); slot++) {
                free(snapshot->type[slot].pools);
                holdings_done(&snapshot->type[slot].now);
                ledger_reservations_free(snapshot->type[slot].reservations,
                                         snapshot->type[slot].n_reservations);
        }
        for (size_t i = 0; i < snapshot->n_domains; i++) {
                ledger_domain_done(&snapshot->domains[i].record);
                ledger_handover_done(&snapshot->domains[i].handover);
        }
        free(snapshot->domains);
        free(snapshot->nodes);
        mount_table_free(snapshot->table);
        *snapshot = (struct drift_snapshot){};
}
