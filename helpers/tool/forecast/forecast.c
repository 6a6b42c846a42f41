/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/forecast.h"

#include <string.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/headroom.h"
#include "helpers/modules/reserve/near.h"
#include "helpers/tool/forecast/projection.h"

/* The pool as it will be, and what others will hold of it. */
static void look_ahead(struct projection *f, struct allocation *plan, unsigned slot,
                       const char *domain)
{
        for (size_t i = 0; i < plan->n_nodes; i++) {
                struct allocation_node *node = plan->nodes + i;
                const struct projection_node *then = projection_node(f, node->line.node);
                int64_t come = then ? then->pages[slot] : 0;
                uint64_t converted = then ? then->converted[slot] : 0;

                if (come < 0 && (uint64_t) -come > node->counts.total)
                        come = -(int64_t) node->counts.total;
                node->counts.total += (uint64_t) come;
                if (come >= 0 || (uint64_t) -come < node->counts.free)
                        node->counts.free += (uint64_t) come;
                else
                        node->counts.free = 0;
                node->counts.surplus -=
                        converted < node->counts.surplus ? converted : node->counts.surplus;
                node->others =
                        holdings_sum(f->then[slot], f->n_then[slot], node->line.node, domain);
        }
        (void) allocation_count_unclaimed(&f->tool->machine, plan, f->then[slot], f->n_then[slot]);
}

/* Like reservation_make(), up to the point where it would begin to change something. */
static int make_plan(struct projection *f, const struct domain *domain, enum page_type type,
                     struct allocation *ret)
{
        const struct machine *machine = &f->tool->machine;
        const struct ledger_reservation *own = NULL;
        struct page_size size = domain_page_size(domain, type);
        unsigned slot = pool_slot_find(&f->slots, size);
        _cleanup_allocation_ struct allocation plan = {};
        uint64_t budget = 0;
        int r;

        for (size_t i = 0; i < f->n_now[slot]; i++)
                if (strcmp(f->now[slot][i].domain, domain->name) == 0)
                        own = f->now[slot] + i;

        r = near_allocation(machine, &domain->policy, size, &domain->request[type], &plan);
        if (r >= 0)
                r = allocation_account(machine, &plan, domain->name, own, f->now[slot],
                                       f->n_now[slot]);
        if (r >= 0 && domain->policy.existing == EXISTING_ADOPT)
                r = allocation_adoption_budget(machine, &plan, &budget);
        if (r < 0)
                return r;

        look_ahead(f, &plan, slot, domain->name);
        budget -= budget < f->adopted[slot] ? budget : f->adopted[slot];
        for (size_t i = 0; i < plan.n_nodes; i++)
                allocation_decide_node(plan.nodes + i, &budget);

        *ret = plan;
        plan = (struct allocation){};
        return 0;
}

static void check_headroom(struct projection *f, const struct allocation_node *node,
                           struct page_size size, struct forecast_node *ret)
{
        const struct amount *headroom = policy_headroom(&f->config->policy);
        const struct projection_node *then = projection_node(f, node->line.node);
        struct node_memory memory;

        *ret = (struct forecast_node){ .plan = *node };
        if (!then)
                return;
        memory = then->memory;
        node_memory_restrict(&f->tool->machine, size, &memory);

        ret->available = node_memory_available(&memory);
        ret->headroom = headroom_bytes(headroom, memory.total);
        ret->fits = headroom_fitting_pages(&memory, ret->headroom, size.bytes);
        ret->missing = node->add > ret->fits ? node->add - ret->fits : 0;
}

/* Enters the result of the plan, if there is any. */
static int foresee(struct projection *f, const struct domain *domain, enum page_type type,
                   const struct forecast_type *forecast)
{
        struct ledger_node *lines = calloc(forecast->n_nodes ?: 1, sizeof(*lines));
        struct page_size size = domain_page_size(domain, type);
        unsigned slot = pool_slot_find(&f->slots, size);

        if (!lines)
                return log_oom();

        for (size_t i = 0; i < forecast->n_nodes; i++) {
                const struct forecast_node *node = forecast->nodes + i;
                uint64_t add = node->plan.add - node->missing;
                uint64_t converted = add > 0 ? node->plan.convert : 0;
                struct projection_node *then = projection_node(f, node->plan.line.node);

                lines[i] = node->plan.line;
                lines[i].adopted += node->plan.adopt;
                lines[i].added += add + converted;
                lines[i].converted += converted;
                holdings_take_added(&lines[i], node->plan.give_back);
                f->adopted[slot] += node->plan.adopt;
                if (!then)
                        continue;
                then->converted[slot] += converted;
                then->pages[slot] += (int64_t) add - (int64_t) node->plan.give_back;
                projection_take(&then->memory, add * size.bytes);
                then->memory.free += node->plan.give_back * size.bytes;
        }

        return projection_record(f, slot, type, domain->name, lines, forecast->n_nodes);
}

static int forecast_type_of(struct projection *f, struct forecast_domain *entry,
                            enum page_type type)
{
        struct forecast_type *forecast = entry->type + type;
        _cleanup_allocation_ struct allocation plan = {};
        uint64_t missing = 0;
        int r;

        log_set_sink(log_keep_first_error, &forecast->problem);
        r = make_plan(f, entry->domain, type, &plan);
        log_set_sink(NULL, NULL);
        if (r == -ENOMEM)
                return log_oom();
        if (r < 0) {
                forecast->wanted = entry->fails = true;
                if (!forecast->problem)
                        forecast->problem = strdup(strerror(-r));
                return 0;
        }

        forecast->nodes = calloc(plan.n_nodes ?: 1, sizeof(*forecast->nodes));
        if (!forecast->nodes)
                return log_oom();
        for (size_t i = 0; i < plan.n_nodes; i++) {
                struct allocation_node *node = plan.nodes + i;

                check_headroom(f, node, domain_page_size(entry->domain, type), forecast->nodes + i);
                missing += forecast->nodes[i].missing;
                entry->changes |= forecast_node_changes(forecast->nodes + i);
        }
        forecast->n_nodes = plan.n_nodes;
        forecast->wanted = plan.n_nodes > 0;

        if (missing > 0 && entry->domain->policy.shortage == SHORTAGE_FAIL)
                entry->fails = true;
        return entry->fails ? 0 : foresee(f, entry->domain, type, forecast);
}

/* For a domain that continues with fewer pages, unavailable pages are not a change. */
bool forecast_node_changes(const struct forecast_node *node)
{
        const struct allocation_node *plan = &node->plan;

        return plan->adopt + plan->give_back + plan->lost > 0 || plan->add > node->missing;
}

/* Pages of domains without any of this type, in the ledger or requested, are irrelevant. */
static bool is_concerned(const struct projection *f, const struct domain *domain,
                         enum page_type type)
{
        enum request_scope scope = domain->request[type].scope;

        for (unsigned slot = 0; slot < pool_slots_end(&f->slots); slot++)
                for (size_t i = 0; i < f->n_now[slot]; i++)
                        if (f->now[slot][i].type == type &&
                            strcmp(f->now[slot][i].domain, domain->name) == 0)
                                return true;
        return scope != REQUEST_NONE && scope != REQUEST_MOUNT;
}

static bool is_up(const struct tool *tool, const char *name)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        return tool->machine.state >= 0 && ledger_load_domain(&tool->machine, name, &record) >= 0 &&
               !record.of_other_boot && !ledger_is_leftover(tool->machine.state, name);
}

static int select_domains(const struct tool *tool, const struct config *config, char *const *only,
                          struct forecast *forecast)
{
        bool up;

        forecast->domains = calloc(config->n_domains ?: 1, sizeof(*forecast->domains));
        if (!forecast->domains)
                return log_oom();

        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = config->domains + i;
                struct forecast_domain *entry = forecast->domains + forecast->n;

                if (only && !string_list_contains(only, domain->name))
                        continue;
                up = is_up(tool, domain->name);
                if (!only && !domain->boot && !up)
                        continue;
                forecast->n++;
                entry->domain = domain;
                entry->fails = domain->error != NULL;
                entry->up = up;
                entry->changes = !entry->up && !domain->error;
        }

        return 0;
}

/* The domain's pages in one pool. */
static int forecast_slot(struct projection *f, struct forecast_domain *entry, unsigned slot)
{
        const struct domain *domain = entry->domain;
        int r = 0;

        for_each_pool_type(type)
                if (r >= 0 && !domain->error && is_concerned(f, domain, type) &&
                    pool_slot_find(&f->slots, domain_page_size(domain, type)) == slot)
                        r = forecast_type_of(f, entry, type);
        return r;
}

int forecast_make(const struct tool *tool, const struct config *config, char *const *only,
                  struct forecast *ret)
{
        _cleanup_(projection_done) struct projection f = { .tool = tool, .config = config };
        _cleanup_forecast_ struct forecast forecast = {};
        unsigned order[POOL_SLOTS_MAX], n;
        int r;

        r = projection_look(&f);
        if (r >= 0 && !only)
                projection_stop_undeclared(&f);
        if (r >= 0)
                r = select_domains(tool, config, only, &forecast);

        /* The largest pages first, as the units are ordered. */
        n = pool_slots_order(&f.slots, order);
        for (unsigned at = 0; at < n && r >= 0; at++)
                for (size_t i = 0; i < forecast.n && r >= 0; i++)
                        r = forecast_slot(&f, forecast.domains + i, order[at]);
        if (r < 0)
                return r;

        for (size_t i = 0; i < forecast.n; i++) {
                forecast.changes |= forecast.domains[i].changes;
                forecast.fails |= forecast.domains[i].fails;
        }
        *ret = forecast;
        forecast = (struct forecast){};
        return 0;
}

void forecast_done(struct forecast *forecast)
{
        for (size_t i = 0; i < forecast->n; i++)
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                        free(forecast->domains[i].type[type].problem);
                        free(forecast->domains[i].type[type].nodes);
                }
        free(forecast->domains);
        *forecast = (struct forecast){};
}
