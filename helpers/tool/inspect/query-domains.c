/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Collects the domains: those in the ledger, those declared, and any mounts at the path in the
 * environment. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/grow-array.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "conf/load.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/settings/page-hints.h"

static struct query_domain *find_domain(struct query *query, const char *name)
{
        for (size_t i = 0; i < query->n_domains; i++)
                if (query->domains[i].name && strcmp(query->domains[i].name, name) == 0)
                        return query->domains + i;
        return NULL;
}

/* Adds a domain; NAME may be NULL. */
static int add_domain(struct query *query, const char *name, const char *path,
                      enum query_state state, struct query_domain **ret)
{
        struct query_domain *domain;
        int r;

        r = grow_array(&query->domains, query->n_domains, &query->domains_room);
        if (r < 0)
                return log_oom();
        domain = query->domains + query->n_domains;
        *domain = (struct query_domain){ .state = state };
        domain->name = name ? strdup(name) : NULL;
        domain->path = strdup(path);
        for_each_pool_type(type)
                domain->size[type] = page_size_default(type);
        query->n_domains++;
        if ((name && !domain->name) || !domain->path)
                return log_oom();

        *ret = domain;
        return 0;
}

static enum query_state recorded_state(const struct tool *tool, const struct ledger_domain *record)
{
        _cleanup_handover_ struct ledger_handover handover = {};
        int r;

        if (ledger_is_leftover(tool->machine.state, record->name))
                return STATE_LEFTOVER;
        if (record->of_other_boot)
                return STATE_DOWN;
        r = ledger_load_handover(&tool->machine, record->name, &handover);
        return r >= 0 && !handover.complete ? STATE_STARTING : STATE_UP;
}

static int add_recorded(const struct tool *tool, struct query *query, const char *name)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct query_domain *domain;
        int r;

        r = ledger_load_domain(&tool->machine, name, &record);
        if (r == -ENOENT)
                return 0; /* torn down meanwhile */
        if (r < 0)
                return query_miss(query, "domain %s: its record in the ledger cannot be read: %s",
                                  name, strerror(-r));

        r = add_domain(query, name, record.path ?: "", recorded_state(tool, &record), &domain);
        if (r < 0)
                return r;
        for_each_pool_type(type)
                domain->size[type] = ledger_domain_page_size(&record, type);
        return 0;
}

static int add_ledger(const struct tool *tool, struct query *query)
{
        _cleanup_strings_ char **names = NULL;
        int r;

        if (tool->machine.state < 0)
                return 0;

        r = ledger_list_domains(tool->machine.state, &names);
        if (r < 0)
                return query_miss(query, "the ledger may not be read: %s", strerror(-r));

        for (size_t i = 0; names[i] && r >= 0; i++)
                r = add_recorded(tool, query, names[i]);
        return r;
}

static int add_declared(struct query *query, const struct domain *declared)
{
        struct query_domain *domain = find_domain(query, declared->name);
        int r;

        if (!domain) {
                r = add_domain(query, declared->name, declared->path ?: "", STATE_DOWN, &domain);
                if (r < 0)
                        return r;
                for_each_pool_type(type)
                        domain->size[type] = domain_page_size(declared, type);
        }

        domain->declared = true;
        domain->boots = domain_boot(declared) != BOOT_NO;
        for_each_pool_type(type)
                domain->declared_pages[type] = page_hints_declared(declared, type);
        if (declared->error) {
                domain->error = strdup(declared->error);
                if (!domain->error)
                        return log_oom();
        }
        return 0;
}

/* Only root may ask systemd. */
static void find_unmet(struct query *query, const struct config *config)
{
        _cleanup_manager_ sd_bus *bus = NULL;

        for (size_t i = 0; i < config->n_domains; i++) {
                struct query_domain *domain = find_domain(query, config->domains[i].name);

                if (!config->domains[i].conditions || !domain || domain->state != STATE_DOWN)
                        continue;
                if (!bus && manager_connect(&bus) < 0)
                        return;
                (void) conditions_unmet(bus, domain->name, &domain->unmet);
        }
}

static void count_problem(int level, const char *file, unsigned line, const char *message,
                          void *userdata)
{
        struct query *query = userdata;

        *(level == LOG_ERR ? &query->n_errors : &query->n_warnings) += 1;
}

/* "fd-shmem verify" is the place for the configuration's problems; a domain's first one is shown
 * with it. */
static int add_configuration(const struct tool *tool, struct query *query)
{
        _cleanup_config_ struct config config = {};
        int r;

        if (tool->root < 0)
                return 0;
        r = config_load(tool->root, count_problem, query, &config);
        if (r < 0)
                return query_miss(query, "the configuration cannot be read: %s", strerror(-r));

        for (size_t i = 0; i < config.n_domains && r >= 0; i++)
                r = add_declared(query, config.domains + i);
        if (r >= 0 && !tool->image)
                find_unmet(query, &config);
        return r;
}

/* For instance a domain made by the replaced script. */
static int add_unmanaged(const struct tool *tool, struct query *query)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        struct query_domain *domain;
        int r;

        for (size_t i = 0; i < query->n_domains; i++)
                if (strcmp(query->domains[i].path, tool->path) == 0)
                        return 0;

        r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return 0; /* reported where the mounts are collected */
        if (!mount_table_below(table, tool->path))
                return 0;
        return add_domain(query, NULL, tool->path, STATE_UNMANAGED, &domain);
}

/* Leaves the domain ONLY. */
static int select_domain(struct query *query, const char *only)
{
        struct query_domain *domain = find_domain(query, only), selected;

        if (!domain)
                return log_error_errno(
                        ENOENT, "There is no domain %s, neither declared nor in the ledger", only);

        selected = *domain;
        *domain = query->domains[--query->n_domains];
        for (size_t i = 0; i < query->n_domains; i++)
                query_domain_done(query->domains + i);
        query->domains[0] = selected;
        query->n_domains = 1;
        return 0;
}

static int compare_domains(const void *a, const void *b)
{
        const struct query_domain *x = a, *y = b;

        return strcmp(x->name ?: "", y->name ?: "");
}

int query_collect_domains(const struct tool *tool, const char *only, struct query *query)
{
        int r;

        r = add_ledger(tool, query);
        if (r >= 0)
                r = add_configuration(tool, query);
        if (r >= 0)
                r = add_unmanaged(tool, query);
        if (r < 0)
                return r;
        if (only)
                return select_domain(query, only);

        if (query->n_domains > 0)
                qsort(query->domains, query->n_domains, sizeof(*query->domains), compare_domains);
        return 0;
}
