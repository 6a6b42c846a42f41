/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/live.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/meminfo.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/mounts/mount-table.h"

static void look_at_owner(int directory, const char *path, struct live_owner *ret)
{
        struct stat st;

        if (fstatat(directory, path, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
                return;
        *ret = (struct live_owner){
                .known = true,
                .owner = { st.st_uid, st.st_gid },
                .mode = st.st_mode & 07777,
        };
}

/* Only useful with something mounted: otherwise this is the bare mount point. */
static void look_at_root(int root, const char *path, enum page_type type, struct live_mount *ret)
{
        _cleanup_close_ int fd = -1;
        struct statfs fs;

        look_at_owner(root, path, &ret->root);
        if (page_type_has_pool(type))
                return;
        fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC)
                ret->used = (fs.f_blocks - fs.f_bfree) * (uint64_t) fs.f_bsize;
}

static int look_at_mount(const struct tool *tool, const struct mount_table *table, const char *base,
                         enum page_type type, struct page_size size, struct live_mount *ret)
{
        const struct mount_entry *entry;
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", base, page_type_directory(type)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        entry = mount_table_at(table, path);
        if (!entry)
                return 0;

        ret->present = true;
        ret->matches = mount_entry_matches(entry, type, size);
        ret->device = entry->device;
        if (asprintf(&ret->options, "%s,%s", entry->vfs_options, entry->fs_options) < 0) {
                ret->options = NULL;
                return -ENOMEM;
        }
        look_at_root(tool->root, path + 1, type, ret);
        return 0;
}

static int look_at_pages(const struct tool *tool, struct live_domain *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation record = {};
        int r = ledger_load_reservation(&tool->machine, domain->name, type, &record);

        if (r < 0)
                return r == -ENOENT ? 0 : r;
        domain->reserved[type] = true;
        domain->release[type] = record.release;
        domain->size[type] = record.size;
        for (size_t i = 0; i < record.n_nodes; i++) {
                domain->pages[type] += holdings_held(record.nodes + i);
                domain->added[type] += record.nodes[i].added;
        }
        return 0;
}

static int look_at_domain(const struct tool *tool, const struct mount_table *table,
                          const char *name, struct live_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r = ledger_load_domain(&tool->machine, name, &record);

        if (r >= 0 && record.of_other_boot)
                r = -ENOENT;
        if (r < 0)
                return r;
        ret->name = TAKE_PTR(record.name);
        ret->path = record.path ? TAKE_PTR(record.path) : strdup("");
        if (!ret->path)
                return -ENOMEM;
        ret->unfinished = ledger_is_leftover(tool->machine.state, name);
        memcpy(ret->recorded, record.mount, sizeof(ret->recorded));
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                ret->place[type] = TAKE_PTR(record.place[type]);
        if (ret->path[0] == '/' && ret->path[1])
                look_at_owner(tool->root, ret->path + 1, &ret->base);

        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                if (ret->path[0])
                        r = look_at_mount(tool, table, ret->path, type,
                                          ledger_domain_page_size(&record, type),
                                          ret->mount + type);
                if (r >= 0 && page_type_has_pool(type))
                        r = look_at_pages(tool, ret, type);
        }
        return r;
}

static int look_at_all(const struct tool *tool, char **names, struct live *live)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        size_t n = 0;
        int r = 0;

        while (names[n])
                n++;
        live->domains = calloc(n ?: 1, sizeof(*live->domains));
        if (!live->domains)
                return log_oom();
        if (n > 0)
                r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return log_error_errno(r, "Cannot read the mount table: %m");

        for (size_t i = 0; i < n && r >= 0; i++) {
                if (names[i][0] ==
                    '_') /* made by "init" or "alloc": no section can have such a name */
                        continue;
                r = look_at_domain(tool, table, names[i], live->domains + live->n);
                if (r == -ENOENT) /* gone meanwhile */
                        r = 0;
                else
                        live->n++;
        }
        return r == -ENOMEM ? log_oom() : r;
}

static uint64_t memory_of_machine(const struct tool *tool)
{
        _cleanup_free_ char *text = NULL;

        if (sysfs_read(tool->machine.procfs, "meminfo", &text, NULL) < 0)
                return 0;
        return meminfo_value(text, "MemTotal:");
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(((const struct live_domain *) a)->name,
                      ((const struct live_domain *) b)->name);
}

int live_look(const struct tool *tool, struct live *ret)
{
        _cleanup_strings_ char **names = NULL;
        _cleanup_live_ struct live live = {};
        int r;

        live.memory = memory_of_machine(tool);
        r = tool->machine.state >= 0 ? ledger_list_domains(tool->machine.state, &names) : 0;
        if (r >= 0 && names)
                r = look_at_all(tool, names, &live);
        if (r < 0)
                return r;
        if (live.n > 0)
                qsort(live.domains, live.n, sizeof(*live.domains), compare_names);

        *ret = live;
        live = (struct live){};
        return 0;
}

const struct live_domain *live_find(const struct live *live, const char *name)
{
        for (size_t i = 0; i < live->n; i++)
                if (strcmp(live->domains[i].name, name) == 0)
                        return live->domains + i;
        return NULL;
}

void live_domain_done(struct live_domain *domain)
{
        free(domain->name);
        free(domain->path);
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                free(domain->mount[type].options);
                free(domain->place[type]);
        }
        *domain = (struct live_domain){};
}

void live_done(struct live *live)
{
        for (size_t i = 0; i < live->n; i++)
                live_domain_done(live->domains + i);
        free(live->domains);
        *live = (struct live){};
}
