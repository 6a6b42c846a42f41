/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mounts of each domain, their claims and usage, and their regions. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/log.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/mounts/option-string.h"
#include "helpers/tool/inspect/collect.h"

/* The number that the option NAME has in the kernel's list of options; tmpfs shows "size=4096k". */
static bool option_bytes(const char *options, const char *name, uint64_t *ret)
{
        const char *value;
        size_t length;
        char *end;

        if (!option_string_get(options, name, &value, &length))
                return false;

        *ret = strtoull(value, &end, 10);
        if (*end == 'k' || *end == 'K')
                *ret *= 1024;
        else if (*end == 'M')
                *ret *= 1024 * 1024;
        else if (*end == 'G')
                *ret *= UINT64_C(1024) * 1024 * 1024;
        return true;
}

static int collect_info(const struct mount_table *table, const struct query_domain *domain,
                        enum page_type type, struct query_mount *mount)
{
        const struct mount_entry *entry = mount_table_at(table, mount->path);

        if (!entry)
                return 0;

        mount->mounted = mount_entry_matches(entry, type, domain->size[type]);
        mount->device = entry->device;
        mount->options = strdup(entry->fs_options);
        if (!mount->options)
                return -ENOMEM;
        mount->has_claim = option_bytes(mount->options, "min_size", &mount->claimed);
        mount->has_limit = option_bytes(mount->options, "size", &mount->limit);
        return 0;
}

static int collect_regions(struct query *query, int fd, enum page_type type,
                           struct query_mount *mount)
{
        size_t i = query->regions.n;
        struct statfs fs;
        struct stat st;
        int r;

        /* Only the mount is examined, not a directory that replaced it meanwhile. */
        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_dev != mount->device)
                return -ESTALE;

        r = regions_add_mount(&query->regions, fd, mount->device, &mount->mount);
        if (r == -ENOMEM)
                return r;
        mount->listed = true;

        /* hugetlbfs counts blocks only with a limit; a tmpfs includes its deleted files. */
        for (; i < query->regions.n; i++)
                mount->used += query->regions.items[i].allocated;
        if (!page_type_has_pool(type) && fstatfs(fd, &fs) == 0 && fs.f_blocks > 0)
                mount->used = (fs.f_blocks - fs.f_bfree) * (uint64_t) fs.f_bsize;
        return r;
}

static int collect_mount(struct query *query, const struct mount_table *table, int base,
                         struct query_domain *domain, enum page_type type)
{
        struct query_mount *mount = domain->mount + type;
        _cleanup_close_ int fd = -1;
        int r;

        if (asprintf(&mount->path, "%s/%s", domain->path, page_type_directory(type)) < 0)
                return log_oom();
        r = collect_info(table, domain, type, mount);
        if (r < 0 || !mount->mounted || base < 0)
                return r;

        fd = openat(base, page_type_directory(type),
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        r = fd < 0 ? -errno : collect_regions(query, fd, type, mount);
        if (r == -ENOMEM)
                return log_oom();
        if (r == -ELOOP)
                return query_miss(query, "%s: directories too deep to be searched", mount->path);
        if (r < 0)
                return query_miss(query, "%s: not all regions can be shown: %s", mount->path,
                                  strerror(-r));
        return 0;
}

static int collect_domain(struct query *query, const struct mount_table *table,
                          struct query_domain *domain)
{
        _cleanup_close_ int base = -1;
        struct stat st;
        int r;

        if (domain->path[0] != '/')
                return 0;

        base = directory_open(domain->path);
        if (stat(domain->path, &st) == 0) {
                domain->has_directory = true;
                domain->uid = st.st_uid;
                domain->gid = st.st_gid;
                domain->mode = st.st_mode & 07777;
        }
        if (base < 0 && base != -ENOENT) {
                r = query_miss(query, "%s: its regions cannot be shown: %s", domain->path,
                               strerror(-base));
                if (r < 0)
                        return r;
        }

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                r = collect_mount(query, table, base, domain, type);
                if (r < 0)
                        return r;
        }
        return 0;
}

int query_collect_mounts(const struct tool *tool, struct query *query)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r;

        r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return r;

        for (size_t i = 0; i < query->n_domains; i++) {
                r = collect_domain(query, table, query->domains + i);
                if (r < 0)
                        return r;
        }
        r = regions_index(&query->regions);
        return r < 0 ? log_oom() : 0;
}

/* Programs that look for a mount themselves write into the first they find. Processes of the
 * domain's group are expected there. */
void query_find_foreign(struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++) {
                struct query_domain *domain = query->domains + i;

                if (!domain->name || !domain->has_directory ||
                    (domain->state != STATE_UP && domain->state != STATE_DAMAGED))
                        continue;
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                        for (size_t j = 0; j < query->regions.n; j++) {
                                const struct region *region = query->regions.items + j;

                                if (!domain->mount[type].listed ||
                                    region->mount != domain->mount[type].mount ||
                                    region->uid == domain->uid || region->gid == domain->gid)
                                        continue;
                                domain->n_foreign++;
                                domain->foreign = region->uid;
                        }
        }
}
