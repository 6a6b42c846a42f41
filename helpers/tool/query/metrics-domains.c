/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The metrics of domains: their states, and the pages that the ledger has for them. */

#include <string.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/query/metrics.h"

/* Every domain has one of them. Those of "query", but that a domain that is down says why. */
enum metric_state {
        METRIC_DOWN,
        METRIC_STARTING,
        METRIC_UP,
        METRIC_DAMAGED,
        METRIC_LEFTOVER,
        METRIC_FAILED,
        METRIC_UNMET,
        METRIC_SWITCHED_OFF,
        N_METRIC_STATES,
};

static const char *const state_names[N_METRIC_STATES] = {
        [METRIC_DOWN] = "down",
        [METRIC_STARTING] = "starting",
        [METRIC_UP] = "up",
        [METRIC_DAMAGED] = "damaged",
        [METRIC_LEFTOVER] = "leftover",
        [METRIC_FAILED] = "failed",
        [METRIC_UNMET] = "unmet",
        [METRIC_SWITCHED_OFF] = "switched-off",
};

static enum metric_state state_of(const struct query *query, const struct query_domain *domain)
{
        switch (domain->state) {
        case STATE_STARTING:
                return METRIC_STARTING;
        case STATE_UP:
                return METRIC_UP;
        case STATE_DAMAGED:
                return METRIC_DAMAGED;
        case STATE_LEFTOVER:
                return METRIC_LEFTOVER;
        default:
                return query->switched_off ? METRIC_SWITCHED_OFF
                       : domain->failure   ? METRIC_FAILED
                       : domain->unmet     ? METRIC_UNMET
                                           : METRIC_DOWN;
        }
}

/* Mounts of somebody else are no domain, and have no name. */
static void put_domains(struct metric_writer *w, const struct query *query,
                        uint64_t (*number)(const struct query_domain *domain))
{
        for (size_t i = 0; i < query->n_domains; i++)
                if (query->domains[i].name)
                        metric_put(w, number(query->domains + i), "domain", query->domains[i].name,
                                   NULL);
}

static uint64_t is_declared(const struct query_domain *domain)
{
        return domain->declared;
}

static uint64_t is_of_boot(const struct query_domain *domain)
{
        return domain->boots;
}

static uint64_t has_error(const struct query_domain *domain)
{
        return domain->error != NULL;
}

static uint64_t foreign_of(const struct query_domain *domain)
{
        return domain->n_foreign;
}

static void print_declared(struct metric_writer *w, const struct query *query)
{
        put_domains(w, query, is_declared);
}

static void print_boot(struct metric_writer *w, const struct query *query)
{
        put_domains(w, query, is_of_boot);
}

static void print_error(struct metric_writer *w, const struct query *query)
{
        put_domains(w, query, has_error);
}

static void print_foreign(struct metric_writer *w, const struct query *query)
{
        put_domains(w, query, foreign_of);
}

static void print_state(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                for (enum metric_state state = 0; state < N_METRIC_STATES; state++)
                        if (query->domains[i].name)
                                metric_put(w, state_of(query, query->domains + i) == state,
                                           "domain", query->domains[i].name, "state",
                                           state_names[state], NULL);
}

static void print_failed(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                if (query->domains[i].name && query->domains[i].failed > 0)
                        metric_put(w, (uint64_t) query->domains[i].failed, "domain",
                                   query->domains[i].name, NULL);
}

static uint64_t count_drift(const struct query *query, const char *domain, enum drift_kind kind)
{
        uint64_t n = 0;

        for (size_t i = 0; i < query->drift.n; i++)
                n += query->drift.items[i].kind == kind &&
                     strcmp(query->drift.items[i].domain, domain) == 0;
        return n;
}

static void print_drift(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                for (enum drift_kind kind = 0; kind < N_DRIFT_KINDS; kind++)
                        if (query->domains[i].name)
                                metric_put(w, count_drift(query, query->domains[i].name, kind),
                                           "domain", query->domains[i].name, "kind",
                                           drift_kind_name(kind), NULL);
}

/* Differences of the pools have a node, a type, and both numbers. */
static void put_lost(struct metric_writer *w, const struct query_domain *domain,
                     const struct drift *drift)
{
        struct page_size size = query_page_size(domain, drift->type);

        if (drift->kind == DRIFT_POOL && drift->recorded > drift->there)
                metric_put(w, (drift->recorded - drift->there) * size.bytes, "domain", domain->name,
                           "node", metric_label(drift->node).text, "size", page_size_text(size),
                           "type", page_type_name(drift->type), NULL);
}

static void print_lost(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                for (size_t j = 0; j < query->drift.n && query->domains[i].name; j++)
                        if (strcmp(query->drift.items[j].domain, query->domains[i].name) == 0)
                                put_lost(w, query->domains + i, query->drift.items + j);
}

/* PAGES are those of a line of the ledger. */
static void put_claims(struct metric_writer *w, const struct query *query,
                       uint64_t (*pages)(const struct ledger_node *line))
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++)
                for (size_t i = 0; i < query->type[slot].n_reservations; i++) {
                        const struct ledger_reservation *record =
                                query->type[slot].reservations + i;
                        struct page_size size = pool_slot_size(&query->slots, slot);

                        for (size_t j = 0; j < record->n_nodes; j++)
                                metric_put(w, pages(record->nodes + j) * size.bytes, "domain",
                                           record->domain, "node",
                                           metric_label(record->nodes[j].node).text, "size",
                                           page_size_text(size), "type",
                                           page_type_name(record->type), NULL);
                }
}

static uint64_t asked_of(const struct ledger_node *line)
{
        return line->asked;
}

static void print_asked(struct metric_writer *w, const struct query *query)
{
        put_claims(w, query, asked_of);
}

static void print_held(struct metric_writer *w, const struct query *query)
{
        put_claims(w, query, holdings_held);
}

const struct metric_family metrics_of_domains[] = {
        { "domain_declared", NULL, "Whether the domain is in fd-shmem.conf", print_declared },
        { "domain_boot", NULL, "Whether the domain is to be started at boot", print_boot },
        { "domain_configuration_error", NULL,
          "Whether an error in fd-shmem.conf keeps the domain from being started", print_error },
        { "domain_state", NULL, "1 for the state that the domain is in, 0 for the others",
          print_state },
        { "domain_last_failure_timestamp_seconds", "seconds",
          "When the domain failed last; absent once it has been started or stopped", print_failed },
        { "domain_drift", NULL,
          "Differences from how the domain was set up, as fd-shmem check finds them", print_drift },
        { "domain_lost_bytes", "bytes",
          "Pages of the domain that somebody took out of the pool; absent if none is missing",
          print_lost },
        { "domain_foreign_regions", NULL, "Regions of neither the domain's user nor its group",
          print_foreign },
        { "domain_asked_bytes", "bytes",
          "Pages that the domain was declared to have when it started", print_asked },
        { "domain_held_bytes", "bytes", "Pages that the domain has", print_held },
        {},
};
