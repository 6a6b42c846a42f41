/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/lost-record.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/base/base.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/mounts/mount-table.h"

static bool is_active(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL;

        return manager_unit_string(bus, unit, "ActiveState", &state) >= 0 &&
               strcmp(state, "active") == 0;
}

/* The value of the option NAME ("--path=") among WORDS, or NULL. */
static const char *option(char *const *words, const char *name)
{
        for (; words && *words; words++)
                if (strncmp(*words, name, strlen(name)) == 0)
                        return *words + strlen(name);
        return NULL;
}

/* The page sizes that the unit declares; others are the default. */
static void read_sizes(char *const *words, struct lost_record *lost)
{
        for_each_pool_type(type) {
                char name[32];
                const char *value;

                snprintf(name, sizeof(name), "--%s-size=", page_type_name(type));
                value = option(words, name);
                if (value)
                        (void) page_size_parse(value, &lost->size[type]);
        }
}

static struct page_size size_of(const struct lost_record *lost, enum page_type type)
{
        return lost->size[type].bytes > 0 ? lost->size[type] : page_size_default(type);
}

/* The domain's configuration according to the unit that prepares it. */
static int ask_units(sd_bus *bus, struct lost_record *lost)
{
        _cleanup_strings_ char **words = NULL;
        _cleanup_free_ char *prepare = domain_unit_name(DOMAIN_PREPARE, lost->domain),
                            *setup = domain_unit_name(DOMAIN_SETUP, lost->domain);
        const char *path, *mounts;

        if (!prepare || !setup)
                return log_oom();
        lost->is_up = is_active(bus, setup);
        if (!lost->is_up || lost->path)
                return 0;
        if (manager_unit_command(bus, prepare, &words) < 0)
                return 0;

        read_sizes(words, lost);
        lost->no_mounts = string_list_contains(words, "--no-mounts");
        path = option(words, "--path=");
        mounts = option(words, "--mounts=");
        if (!path || !mounts || page_types_parse(mounts, lost->mounts) < 0)
                return 0;
        lost->path = strdup(path);
        return lost->path ? 0 : log_oom();
}

static bool has_record(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};

        return ledger_load_reservation(machine, domain, type, &reservation) != -ENOENT;
}

/* Whether pages were reserved: the unit did it, or the mount claims some. */
static bool had_pages(const struct machine *machine, sd_bus *bus, const struct lost_record *lost,
                      enum page_type type)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        const struct mount_entry *entry;
        _cleanup_free_ char *unit = domain_unit_name_of_type(DOMAIN_RESERVE, lost->domain, type),
                            *path = NULL;

        if (unit && lost->is_up && is_active(bus, unit))
                return true;
        if (!lost->path || !lost->mounts[type])
                return false;
        if (asprintf(&path, "%s/%s", lost->path, page_type_directory(type)) < 0)
                path = NULL;
        return path && mount_table_read(machine->procfs, "self/mountinfo", &table) >= 0 &&
               (entry = mount_table_at(table, path)) && strstr(entry->fs_options, "min_size=");
}

int lost_record_find(const struct machine *machine, sd_bus *bus, const char *domain,
                     const char *path, const bool *mounts, struct lost_record *ret)
{
        int r;

        *ret = (struct lost_record){ .domain = domain };
        if (path) {
                ret->path = strdup(path);
                if (!ret->path)
                        return log_oom();
                memcpy(ret->mounts, mounts, sizeof(ret->mounts));
        }
        r = ask_units(bus, ret);
        if (r < 0)
                return r;
        for (int type = 0; type < N_PAGE_TYPES; type++)
                ret->no_pages[type] = type != PAGE_NORMAL && (ret->is_up || ret->path) &&
                                      !has_record(machine, domain, type) &&
                                      had_pages(machine, bus, ret, type);
        return 0;
}

static int refuse(const struct lost_record *lost, int error)
{
        return log_error_errno(
                error,
                "domain %s: is up, but its record in /run/fd-shmem is gone, and %s%s is not known "
                "to be "
                "what it made; unmount what is mounted there, and remove the directory, by hand",
                lost->domain, lost->path ? "" : "its directory, which is not known,",
                lost->path ?: "");
}

int lost_record_restore(const struct machine *machine, const struct lost_record *lost)
{
        struct base_request request = {
                .domain = lost->domain,
                .path = lost->path,
                .is_up = true,
        };
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        if (lost->no_mounts || (!lost->is_up && !lost->path))
                return 0;
        r = ledger_load_domain(machine, lost->domain, &record);
        if (r != -ENOENT)
                return r;
        if (!lost->path)
                return refuse(lost, ENOTRECOVERABLE);

        memcpy(request.mounts, lost->mounts, sizeof(request.mounts));
        memcpy(request.size, lost->size, sizeof(request.size));
        r = mount_table_load(machine, &table);
        if (r < 0)
                return r;
        r = base_record_restore(&request, table, &record);
        if (r == -ENOENT)
                return 0; /* taken down by hand, but for the pages perhaps */
        if (r < 0)
                return refuse(lost, -r);
        log_warning(
                "domain %s: is up, but its record in /run/fd-shmem is gone, restoring it from the "
                "mark of "
                "%s and the mounts there",
                lost->domain, lost->path);
        return ledger_store_domain(machine, &record);
}

static int check_node(const struct machine *machine, const struct holdings *holdings, unsigned node,
                      const struct lost_record *lost)
{
        const char *pages = page_size_name(holdings->size);
        uint64_t others = holdings_sum(holdings->reservations, holdings->n, node, NULL), all;
        struct pool_counts counts;

        if (pool_read(machine->sysfs, node, holdings->size, &counts) < 0)
                return 0;
        all = pool_persistent(&counts);
        if (all <= others)
                return 0;
        return log_error_errno(
                ENOTRECOVERABLE,
                "node %u: the record of the %s pages of domain %s is gone; the %" PRIu64
                " pages that no domain accounts for stay; if no other program needs them, release "
                "them: "
                "echo %" PRIu64 " >/sys/devices/system/node/node%u/hugepages/hugepages-%" PRIu64
                "kB/nr_hugepages",
                node, pages, lost->domain, all - others, others, node, holdings->size.bytes / 1024);
}

static int check_type(const struct machine *machine, enum page_type type,
                      const struct lost_record *lost)
{
        _cleanup_holdings_ struct holdings holdings = {};
        _cleanup_free_ unsigned *nodes = NULL;
        int r, result = 0;
        size_t n;

        r = holdings_read(machine, size_of(lost, type), NULL, &holdings);
        if (r < 0)
                return r;
        r = numa_nodes(machine->sysfs, &nodes, &n);
        if (r < 0)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");
        for (size_t i = 0; i < n; i++) {
                r = check_node(machine, &holdings, nodes[i], lost);
                if (r < 0)
                        result = r;
        }
        return result;
}

int lost_record_check_pages(const struct machine *machine, const struct lost_record *lost)
{
        int result = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = lost->no_pages[type] ? check_type(machine, type, lost) : 0;

                if (r < 0)
                        result = r;
        }
        return result;
}

void lost_record_done(struct lost_record *lost)
{
        free(lost->path);
        *lost = (struct lost_record){};
}
