/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/inspect/damage.h"

#include <inttypes.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/escape.h"
#include "basic/grow-array.h"
#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/terminal/text.h"

/* Two scans of the processes, this far apart, must both find it. */
#define PAUSE_NSEC (50 * 1000 * 1000)

/* The number of processes named that took pages. */
#define TAKERS_MAX 8

static uint64_t pages_on(const struct node_pages_list *list, unsigned node)
{
        for (size_t i = 0; i < list->n; i++)
                if (list->items[i].node == node)
                        return list->items[i].pages;
        return 0;
}

/* The type whose pages the claims are about in the domain; PAGE_NORMAL: none. */
static int type_in(const struct query *query, const struct query_domain *domain,
                   const struct drift_claims *claims)
{
        for_each_pool_type(type)
                if (page_size_equal(pool_slot_size(&query->slots, query_slot(query, domain, type)),
                                    claims->size))
                        return (int) type;
        return PAGE_NORMAL;
}

/* The pages of a domain's regions: on the node, and those whose node is not shown by any process. */
struct fill {
        uint64_t on_node;
        uint64_t somewhere;
};

static struct fill fill_of(const struct query *query, const struct query_domain *domain,
                           const struct drift_claims *claims)
{
        int type = type_in(query, domain, claims);
        const struct query_mount *mount = domain->mount + type;
        struct fill fill = {};
        uint64_t all, shown;

        if (type == PAGE_NORMAL || !mount->mounted)
                return fill;
        if (!mount->listed)
                return (struct fill){ .somewhere = UINT64_MAX / 4 }; /* may not be looked at */
        for (size_t i = 0; i < query->regions.n; i++) {
                const struct region *region = query->regions.items + i;

                if (region->mount != mount->mount)
                        continue;
                all = region->allocated / claims->size.bytes;
                shown = node_pages_sum(&region->nodes);
                fill.on_node += pages_on(&region->nodes, claims->node);
                fill.somewhere += all > shown ? all - shown : 0;
        }
        return fill;
}

/* The pages that the domain's mount certainly claims on the node. */
static uint64_t claimed_by(const struct query *query, const struct query_domain *domain,
                           const struct drift_claims *claims)
{
        int type = type_in(query, domain, claims);
        const struct query_mount *mount = domain->mount + type;
        uint64_t held, all, claim;

        if (type == PAGE_NORMAL || !domain->name || !mount->mounted || !mount->has_claim)
                return 0;
        held = holdings_held(query_claim(query, type, domain->name, claims->node));
        all = query_pages(query, type, domain->name).got;
        claim = mount->claimed / claims->size.bytes;
        if (claim >= all)
                return held;
        return held > all - claim ? held - (all - claim) : 0;
}

/* Whether another use of the same pages shows more of them, or as many and comes first. */
static bool is_shown_better(const struct query *query, size_t at, unsigned node)
{
        const struct memory_use *uses = query->users.uses, *use = uses + at;
        uint64_t pages = pages_on(&use->nodes, node);

        if (use->kind == MEMORY_ANONYMOUS)
                return false;
        for (size_t i = 0; i < query->users.n_uses; i++) {
                uint64_t others = pages_on(&uses[i].nodes, node);

                if (i == at || uses[i].kind != use->kind || uses[i].device != use->device ||
                    (use->kind != MEMORY_FILE && uses[i].inode != use->inode))
                        continue;
                if (others > pages || (others == pages && i < at))
                        return true;
        }
        return false;
}

static int compare_takers(const void *a, const void *b)
{
        const struct drift_taker *x = a, *y = b;

        return x->pages < y->pages ? 1 : x->pages > y->pages ? -1 : 0;
}

static int add_taker(struct drift *drift, size_t *room, const struct memory_process *process,
                     uint64_t pages)
{
        struct drift_taker *taker;

        for (size_t i = 0; i < drift->n_takers; i++)
                if (drift->takers[i].pid == process->pid) {
                        drift->takers[i].pages += pages;
                        return 0;
                }
        if (grow_array(&drift->takers, drift->n_takers, room) < 0)
                return -ENOMEM;
        taker = drift->takers + drift->n_takers;
        *taker = (struct drift_taker){ .pid = process->pid, .uid = process->uid, .pages = pages };
        taker->command = strdup(process->command);
        if (!taker->command)
                return -ENOMEM;
        drift->n_takers++;
        return 0;
}

/* All users of pages of the node outside the domains; sets *RET_PAGES to all of these. */
static int find_takers(const struct query *query, const struct drift_claims *claims,
                       struct drift *drift, uint64_t *ret_pages)
{
        uint64_t sum = 0;
        size_t room = 0;

        for (size_t i = 0; i < query->users.n_uses; i++) {
                const struct memory_use *use = query->users.uses + i;
                uint64_t pages = pages_on(&use->nodes, claims->node);

                if (use->page_size != claims->size.bytes || pages == 0)
                        continue;
                if (add_taker(drift, &room, query->users.processes + use->process, pages) < 0)
                        return -ENOMEM;
                sum += is_shown_better(query, i, claims->node) ? 0 : pages;
        }

        if (drift->n_takers > 0)
                qsort(drift->takers, drift->n_takers, sizeof(*drift->takers), compare_takers);
        *ret_pages = sum;
        return 0;
}

/* How many pages the claims on the node lack at least. Regions whose place is not known count as on
 * the node. Both numbers are certain; where regions are known but processes are not, or vice versa,
 * the larger one is used. */
static uint64_t lacking(const struct query *query, const struct drift_claims *claims,
                        uint64_t by_others)
{
        uint64_t wanted = 0, open = claims->total - claims->claimed, by_regions, by_processes;

        for (size_t i = 0; i < query->n_domains; i++) {
                uint64_t claimed = claimed_by(query, query->domains + i, claims);
                struct fill fill = fill_of(query, query->domains + i, claims);
                uint64_t filled = fill.on_node + fill.somewhere;

                wanted += claimed > filled ? claimed - filled : 0;
        }
        by_regions = wanted > claims->free ? wanted - claims->free : 0;
        by_processes = by_others > open ? by_others - open : 0;
        return by_regions > by_processes ? by_regions : by_processes;
}

/* "by pid 754 (python3, user bob; 100 pages)" */
static char *describe_takers(const struct drift *drift)
{
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        fputs(drift->n_takers == 0 ? "by no visible process" : "by ", out);
        for (size_t i = 0; i < drift->n_takers && i < TAKERS_MAX; i++) {
                const struct drift_taker *taker = drift->takers + i;
                _cleanup_free_ char *command = text_escape(taker->command),
                                    *user = text_escape(text_user(taker->uid));

                fprintf(out, "%spid %d (%s, user %s; %" PRIu64 " page%s)", i ? ", " : "",
                        (int) taker->pid, command ?: "?", user ?: "?", taker->pages,
                        taker->pages == 1 ? "" : "s");
        }
        if (drift->n_takers > TAKERS_MAX)
                fprintf(out, " and %zu more", drift->n_takers - TAKERS_MAX);
        if (fclose(out) != 0) {
                free(text);
                return NULL;
        }
        return text;
}

static int report(const struct query *query, const struct query_domain *domain,
                  const struct drift_claims *claims, uint64_t lack, struct drift *drift,
                  struct drift_list *list)
{
        struct fill fill = fill_of(query, domain, claims);
        uint64_t claimed = claimed_by(query, domain, claims);
        _cleanup_free_ char *takers = NULL;

        if (claimed <= fill.on_node)
                return 0;
        if (lack > claimed - fill.on_node)
                lack = claimed - fill.on_node;
        takers = describe_takers(drift);
        if (!takers)
                return -ENOMEM;
        drift->domain = domain->name;
        drift->type = (enum page_type) type_in(query, domain, claims);
        drift->recorded = claimed;
        drift->there = claimed - lack;
        return drift_add(list, drift,
                         "node %u: of %" PRIu64 " %s pages claimed there, %" PRIu64
                         " are taken, %s (%" PRIu64 " filled, %" PRIu64 " free)",
                         claims->node, claimed, page_size_name(claims->size), lack, takers,
                         fill.on_node, claims->free);
}

int damage_judge(const struct query *query, const struct drift_claims *claims, const char *only,
                 struct drift_list *list)
{
        struct drift drift = {
                .kind = DRIFT_CLAIM,
                .has_type = true,
                .has_node = true,
                .node = claims->node,
        };
        uint64_t by_others, lack;
        int r;

        r = find_takers(query, claims, &drift, &by_others);
        if (r >= 0 && claims->total >= claims->claimed) {
                lack = lacking(query, claims, by_others);
                for (size_t i = 0; lack > 0 && r >= 0 && i < query->n_domains; i++) {
                        const struct query_domain *domain = query->domains + i;

                        if (domain->state == STATE_UP && (!only || strcmp(only, domain->name) == 0))
                                r = report(query, domain, claims, lack, &drift, list);
                }
        }
        drift_takers_free(drift.takers, drift.n_takers);
        return r;
}

/* The larger of the numbers of free pages before and after the scan of the processes: regions may
 * be created and removed meanwhile. */
static int refresh(const struct tool *tool, struct drift_claims *claims)
{
        struct pool_counts counts;
        int r;

        r = pool_read(tool->machine.sysfs, claims->node, claims->size, &counts);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                       claims->node, page_size_name(claims->size));
        claims->total = counts.total;
        if (counts.free > claims->free)
                claims->free = counts.free;
        return 0;
}

static int look(const struct tool *tool, const char *only, const struct drift_list *suspected,
                struct drift_list *ret)
{
        const struct tool without_configuration = {
                .machine = tool->machine,
                .root = -1,
                .privileged = tool->privileged,
                .path = "",
        };
        _cleanup_query_ struct query query = {};
        int r;

        r = query_collect(&without_configuration, NULL, &query);
        for (size_t i = 0; r >= 0 && i < suspected->n_claims; i++) {
                struct drift_claims claims = suspected->claims[i];

                r = refresh(tool, &claims);
                if (r >= 0 && damage_judge(&query, &claims, only, ret) < 0)
                        r = log_oom();
        }
        return r;
}

static int append(struct drift_list *list, const struct drift_list *found)
{
        for (size_t i = 0; i < found->n; i++)
                if (drift_add(list, found->items + i, "%s", found->items[i].text) < 0)
                        return log_oom();
        return 0;
}

int damage_find_theft(const struct tool *tool, const char *only, struct drift_list *list)
{
        _cleanup_drift_ struct drift_list first = {}, second = {};
        int r;

        if (list->n_claims == 0)
                return 0;
        r = look(tool, only, list, &first);
        if (r < 0 || first.n == 0)
                return r;

        clock_pause(PAUSE_NSEC);
        r = look(tool, only, list, &second);
        if (r < 0)
                return r;
        drift_keep(&second, &first);
        return append(list, &second);
}

int damage_find(const struct tool *tool, const char *only, struct drift_list *ret)
{
        _cleanup_drift_ struct drift_list list = {};
        int r;

        r = drift_find(&tool->machine, only, &list);
        if (r >= 0)
                r = damage_find_theft(tool, only, &list);
        if (r < 0)
                return r;

        *ret = list;
        list = (struct drift_list){};
        return 0;
}
