/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Collects all data shown by "query", also used to find the processes that took pages. */

#include <sched.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/regions/memory-search.h"
#include "helpers/tool/settings/page-hints.h"

/* Linux 6.1 has at most so many (arch/x86/Kconfig: NR_CPUS). */
#define CPUS_MAX 8192

/* What ConditionCPUs= compares with: systemd asks for its own (condition_test_cpus()). */
static unsigned cpus_of_manager(void)
{
        size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
        cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
        unsigned n = 0;

        if (set && sched_getaffinity(1, size, set) >= 0)
                n = (unsigned) CPU_COUNT_S(size, set);
        CPU_FREE(set);
        return n;
}

static int collect_machine(const struct tool *tool, struct query *query)
{
        struct utsname name;

        if (uname(&name) < 0)
                return log_error_errno(errno, "Cannot find out which kernel runs: %m");

        query->privileged = tool->privileged;
        query->now = (int64_t) time(NULL);
        query->kernel = strdup(name.release);
        query->machine = strdup(name.machine);
        query->host = strdup(name.nodename);
        query->cpus = cpus_of_manager();
        return query->kernel && query->machine && query->host ? 0 : log_oom();
}

/* Regions that only their holders show have pages, too. */
static void count_late_regions(struct query *query)
{
        for (size_t i = query->regions.n_named; i < query->regions.n; i++) {
                const struct region *region = query->regions.items + i;

                for (size_t d = 0; d < query->n_domains; d++)
                        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                                struct query_mount *mount = query->domains[d].mount + type;

                                if (mount->listed && mount->mount == region->mount &&
                                    page_type_has_pool(type))
                                        mount->used += region->allocated;
                        }
        }
}

static int collect_users(const struct tool *tool, struct query *query)
{
        size_t unseen;
        int r;

        r = memory_users_find(tool->machine.procfs, &query->regions, &query->users);
        if (r < 0)
                return log_error_errno(r, "Cannot examine the processes: %m");

        count_late_regions(query);
        unseen = query->users.n_unseen;
        if (unseen == 0)
                return 0;
        return query_miss(query, "%zu process%s may not be examined: the memory %s is left out",
                          unseen, unseen == 1 ? "" : "es", unseen == 1 ? "it has" : "they have");
}

/* What the domain has reserved, or would. */
static struct domain_pages pages_of(const struct query *query, const struct query_domain *domain)
{
        struct domain_pages sum = { .name = domain->name };

        for_each_pool_type(type) {
                uint64_t pages = query_pages(query, type, domain->name).got ?: domain->declared_pages[type];

                sum.pages += pages;
                sum.bytes += pages * query_page_size(domain, type).bytes;
        }
        return sum;
}

int query_collect_settings(const struct tool *tool, struct query *query)
{
        _cleanup_free_ struct domain_pages *domains = calloc(query->n_domains + 1, sizeof(*domains));

        if (!domains)
                return log_oom();
        for (size_t i = 0; i < query->n_domains; i++)
                domains[i] = pages_of(query, query->domains + i);
        page_settings_read(tool->machine.procfs, &query->settings);
        return page_hints_find(&query->settings, domains, query->n_domains, &query->hints) < 0 ? log_oom() : 0;
}

int query_collect(const struct tool *tool, const char *only, struct query *ret)
{
        _cleanup_query_ struct query query = {};
        int r;

        r = collect_machine(tool, &query);
        if (r >= 0)
                r = query_collect_domains(tool, only, &query);
        if (r >= 0)
                r = query_collect_pools(tool, &query);
        if (r >= 0)
                r = query_collect_mounts(tool, &query);
        if (r >= 0)
                r = collect_users(tool, &query);
        if (r < 0)
                return r;
        if (!only)
                query_find_unseen(&query);
        query_find_foreign(&query);

        *ret = query;
        query = (struct query){};
        return 0;
}
