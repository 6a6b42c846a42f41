/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pools and the mounts of this machine, but for those that are fd-shmem's. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/tool/import/import-model.h"

static int take_pool(const struct tool *tool, const struct holdings *holdings, unsigned node,
                     struct page_size size, struct import *import)
{
        struct pool_path path = pool_path_node(node, size, "nr_hugepages");
        uint64_t ours = holdings_sum(holdings->reservations, holdings->n, node, NULL), all;
        struct pool_counts counts;
        char where[256];

        if (pool_read(tool->machine.sysfs, node, size, &counts) < 0)
                return 0; /* no such pool */
        all = pool_persistent(&counts);
        if (all <= ours)
                return 0;
        snprintf(where, sizeof(where), "/sys/%s: %" PRIu64, path.text, all);
        return import_pages(import, size, (int) node, all - ours, where);
}

static int take_pools(const struct tool *tool, struct import *import)
{
        struct page_size sizes[POOL_SIZES_MAX];
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n_nodes = 0;
        int n = pool_sizes(tool->machine.sysfs, sizes), r = n;

        if (r >= 0)
                r = numa_nodes(tool->machine.sysfs, &nodes, &n_nodes);
        if (r < 0)
                return log_error_errno(r, "Cannot read the pools: %m");
        for (int i = 0; i < n && r >= 0; i++) {
                _cleanup_holdings_ struct holdings holdings = {};

                r = holdings_read(&tool->machine, sizes[i], NULL, &holdings);
                for (size_t k = 0; k < n_nodes && r >= 0; k++)
                        r = take_pool(tool, &holdings, nodes[k], sizes[i], import);
        }
        return r;
}

/* Whether TARGET is in a domain's directory. */
static bool is_of_domain(const struct tool *tool, char *const *names, const char *target)
{
        for (; names && *names; names++) {
                struct ledger_domain domain = {};
                bool inside = ledger_load_domain(&tool->machine, *names, &domain) >= 0 &&
                              domain.path &&
                              strncmp(target, domain.path, strlen(domain.path)) == 0 &&
                              target[strlen(domain.path)] == '/';

                ledger_domain_done(&domain);
                if (inside)
                        return true;
        }
        return false;
}

/* A mount in a domain's directory, or the same file system at another place (HugePath=). */
static bool is_ours(const struct tool *tool, char *const *names, const struct mount_table *table,
                    const struct mount_entry *entry)
{
        for (size_t i = 0; i < table->n; i++)
                if (table->entries[i].device == entry->device &&
                    is_of_domain(tool, names, table->entries[i].target))
                        return true;
        return false;
}

static int take_mounts(const struct tool *tool, struct import *import)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_strings_ char **names = NULL;
        int r = mount_table_load(&tool->machine, &table);

        if (r < 0)
                return r;
        if (tool->machine.state >= 0 && ledger_list_domains(tool->machine.state, &names) < 0)
                names = NULL;
        for (size_t i = 0; i < table->n && r >= 0; i++) {
                const struct mount_entry *entry = table->entries + i;
                _cleanup_free_ char *where = NULL;

                if (strcmp(entry->fstype, "hugetlbfs") != 0 || is_ours(tool, names, table, entry))
                        continue;
                if (asprintf(&where, "mounted at %s", entry->target) < 0) {
                        where = NULL;
                        return log_oom();
                }
                r = import_mount(import, entry->target, entry->fs_options, where);
        }
        return r;
}

int import_from_machine(const struct tool *tool, struct import *import)
{
        int r = take_pools(tool, import);

        return r < 0 ? r : take_mounts(tool, import);
}
