/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/classic-foreign.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/io.h"
#include "basic/log.h"
#include "conf/load.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* What was found at the path. */
struct sight {
        const char *path;
        int base;
        struct stat owner; /* of the base directory */
        bool point[N_PAGE_TYPES];
        bool mounted[N_PAGE_TYPES];
        bool one_owner;   /* all mounts are the base's owner's */
        bool other_files; /* plain files of the same owner */
};

static int type_of_name(const char *name)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (strcmp(name, page_type_directory(type)) == 0)
                        return type;
        return -1;
}

/* Whether the mount, which lies below the path, is one of a domain's, and which. */
static bool is_of_domain(const struct mount_entry *entry, const char *path, enum page_type *ret)
{
        int type = type_of_name(entry->target + strlen(path) + 1);

        if (type < 0)
                return false;
        *ret = type;
        return strcmp(entry->fstype, page_type_has_pool(type) ? "hugetlbfs" : "tmpfs") == 0;
}

/* Whether all mounts at and below the path are those of a domain; a mount hidden under another one
 * of the same kind is fine. */
static bool look_at_table(const struct mount_table *table, struct sight *sight)
{
        size_t length = strlen(sight->path);
        bool good = true;

        for (size_t i = 0; i < table->n && good; i++) {
                const struct mount_entry *entry = table->entries + i;
                const char *target = entry->target;
                enum page_type type;

                if (strncmp(target, sight->path, length) != 0 ||
                    (target[length] != '/' && target[length] != '\0'))
                        continue;
                good = target[length] == '/' && is_of_domain(entry, sight->path, &type);
                if (good)
                        sight->mounted[type] = true;
        }
        return good;
}

/* The page size of the topmost mount is the type's. */
static bool has_page_size(const struct mount_table *table, const struct sight *sight,
                          enum page_type type)
{
        const struct mount_entry *entry;
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", sight->path, page_type_directory(type)) < 0) {
                path = NULL;
                return false;
        }
        entry = mount_table_at(table, path);
        return entry && mount_entry_matches(entry, type, page_size_default(type));
}

static bool look_at_point(const struct mount_table *table, struct sight *sight, enum page_type type)
{
        _cleanup_close_ int fd = directory_open_at(sight->base, page_type_directory(type));
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0)
                return false;
        sight->point[type] = true;
        if (!sight->mounted[type])
                return directory_is_empty(fd, NULL, NULL) > 0;

        sight->one_owner &= st.st_uid == sight->owner.st_uid;
        return has_page_size(table, sight, type);
}

static bool look_at_entry(const struct mount_table *table, struct sight *sight, const char *name)
{
        int type = type_of_name(name);
        struct stat st;

        if (type >= 0)
                return look_at_point(table, sight, type);

        sight->other_files = true;
        return fstatat(sight->base, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
               st.st_uid == sight->owner.st_uid && st.st_uid != 0;
}

static bool look_at_directory(const struct mount_table *table, struct sight *sight)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        bool good = true;

        if (io_open_directory(sight->base, ".", 0, &dir) < 0)
                return false;
        while (good && (entry = io_next_entry(dir)))
                good = look_at_entry(table, sight, entry->d_name);
        return good;
}

static bool is_domain(const struct sight *sight)
{
        bool hugetlbfs = false, any = false;

        for_each_pool_type(type)
                hugetlbfs |= sight->mounted[type];
        for (int type = 0; type < N_PAGE_TYPES; type++)
                any |= sight->point[type];
        return any && (!sight->other_files || (hugetlbfs && sight->one_owner));
}

/* Declared domains are set up and taken down by their own units. */
static int check_configuration(const struct tool *tool, const struct classic *classic)
{
        _cleanup_config_ struct config config = {};
        int r;

        r = config_load(tool->root, NULL, NULL, &config);
        if (r < 0)
                return log_error_errno(r, "cannot read the configuration: %m");

        for (size_t i = 0; i < config.n_domains; i++)
                if (classic_relate(classic->path, config.domains[i].path) != PATHS_APART)
                        return log_error_errno(
                                EBUSY,
                                "path %s: others mounted something there, and the "
                                "domain %s is declared to be at %s: unmount it by hand",
                                classic->path, config.domains[i].name, config.domains[i].path);
        return 0;
}

static int make_record(const struct classic *classic, const struct sight *sight,
                       struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {
                .name = strdup(classic->name),
                .path = strdup(classic->path),
                .base_made = true,
        };

        int r;

        if (!record.name || !record.path)
                return log_oom();
        r = identity_read(sight->base, &record.base_id);
        if (r < 0)
                return log_error_errno(r, "path %s: cannot look at it: %m", classic->path);
        memcpy(record.mount, sight->point, sizeof(record.mount));

        *ret = record;
        record = (struct ledger_domain){};
        return 1;
}

int classic_find_foreign(const struct tool *tool, const struct classic *classic,
                         struct ledger_domain *ret)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_close_ int base = directory_open(classic->path);
        struct sight sight = { .path = classic->path, .base = base, .one_owner = true };
        int r;

        if (base < 0)
                return 0; /* reported by the caller that needs it */
        if (fstat(base, &sight.owner) < 0)
                return log_error_errno(errno, "path %s not accessible: %m", classic->path);
        r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return log_error_errno(r, "cannot read the mount table: %m");
        if (!look_at_table(table, &sight) || !look_at_directory(table, &sight) ||
            !is_domain(&sight))
                return 0;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                r = sight.mounted[type] ? check_configuration(tool, classic) : 0;
                if (r < 0)
                        return r;
        }
        return make_record(classic, &sight, ret);
}

int classic_is_any_mounted(const struct tool *tool, const struct ledger_domain *domain)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);

        if (r < 0)
                return log_error_errno(r, "cannot read the mount table: %m");
        return mount_table_below(table, domain->path) != NULL;
}
