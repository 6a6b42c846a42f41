/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/base.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/mounts/directory.h"
#include "helpers/modules/mounts/mount-table.h"

/* What a directory holds that might become, or once was, a base directory. */
struct base_content {
        bool ours;    /* a mount point as we make them: root's, nothing mounted on it */
        char *others; /* the name of something else, escaped */
};

static int mount_point_info(struct libmnt_table *table, const char *base, enum page_type type,
                            struct mount_info *ret, char **ret_path)
{
        if (asprintf(ret_path, "%s/%s", base, page_type_directory(type)) < 0) {
                *ret_path = NULL;
                return -ENOMEM;
        }
        return mount_table_at(table, *ret_path, ret);
}

static bool is_mounted(struct libmnt_table *table, const char *base, enum page_type type)
{
        _cleanup_mount_info_ struct mount_info info = {};
        _cleanup_free_ char *path = NULL;

        return mount_point_info(table, base, type, &info, &path) >= 0;
}

/* Checks what is mounted on one mount point: nothing, ours of before (RECORDED), or a declared other.
 */
static int check_mount(const struct base_request *request, struct libmnt_table *table,
                       enum page_type type, bool recorded)
{
        _cleanup_free_ char *path = NULL, *source = NULL;
        _cleanup_mount_info_ struct mount_info info = {};
        int r;

        r = mount_point_info(table, request->path, type, &info, &path);
        if (!path)
                return log_oom();
        if (request->foreign[type])
                log_info("%s: declared in fstab, left alone.", path);
        if (r == -ENOENT || request->foreign[type])
                return 0;
        if (r < 0)
                return log_error_errno(r, "%s: cannot look at the mount table: %m", path);
        if (recorded && mount_info_matches(&info, type)) {
                log_notice("%s: still mounted, taken over with its content.", path);
                return 0;
        }
        if (!request->mounts[type] && !recorded)
                return 0; /* not ours, and not in our way */
        source = text_escape(info.source);
        return log_error_errno(EBUSY,
                               "%s: %s (%s) is mounted there already, by somebody else: unmount "
                               "it, or declare it in fstab to have it left alone",
                               path, source ?: "?", info.fstype);
}

static int check_mounts(const struct base_request *request, struct libmnt_table *table,
                        const bool *recorded)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = check_mount(request, table, type, recorded && recorded[type]);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int cannot_use(const char *path, int error)
{
        switch (-error) {
        case ELOOP:
                return log_error_errno(error,
                                       "%s: is, or goes through, a symbolic link: set Path= to "
                                       "where it leads",
                                       path);
        case ENOTDIR:
                return log_error_errno(error,
                                       "%s: is, or goes through, something that is not a "
                                       "directory: remove it, or set another Path=",
                                       path);
        case EROFS:
                return log_error_errno(error,
                                       "%s: its file system is read-only: make it writable, or "
                                       "set Path= to a directory under /run",
                                       path);
        default:
                return log_error_errno(error, "%s: cannot be used as base directory: %m", path);
        }
}

static int check_writable(int fd, const char *path)
{
        return faccessat(fd, ".", W_OK, 0) < 0 ? cannot_use(path, -errno) : 0;
}

static int append_parent(char ***parents, size_t n, const char *path)
{
        char **longer = reallocarray(*parents, n + 2, sizeof *longer);

        if (!longer)
                return log_oom();
        *parents = longer;
        longer[n + 1] = NULL;
        longer[n] = strdup(path);
        return longer[n] ? 0 : log_oom();
}

/* Lists the directories above PATH that do not exist, deepest first, and checks that the first one
 * that does is writable. */
static int find_missing_parents(const char *path, char ***ret)
{
        _cleanup_free_ char *parent = strdup(path);
        char *slash;
        int r;

        if (!parent)
                return log_oom();
        for (size_t n = 0; (slash = strrchr(parent, '/')); n++) {
                _cleanup_close_ int fd = -1;

                slash[slash == parent] = '\0'; /* keeps the slash of "/" */
                fd = directory_open(parent);
                if (fd >= 0)
                        return check_writable(fd, path);
                if (fd != -ENOENT)
                        return cannot_use(path, fd);
                r = append_parent(ret, n, parent);
                if (r < 0)
                        return r;
        }
        return cannot_use(path, -EINVAL);
}

static bool is_roots_directory(int fd, const char *name)
{
        struct stat st;

        return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
               st.st_uid == 0;
}

static int look_into(int fd, const char *path, struct libmnt_table *table, struct base_content *ret)
{
        static const char *const keep[] = { ".normal", ".huge", ".gigantic", NULL };

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                const char *name = page_type_directory(type);

                if (faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 ||
                    is_mounted(table, path, type))
                        continue;
                if (is_roots_directory(fd, name))
                        ret->ours = true;
                else if (!ret->others && !(ret->others = text_escape(name)))
                        return -ENOMEM;
        }
        /* A mount point that somebody else owns is worse than a stray file. */
        if (ret->others) {
                ret->ours = false;
                return 0;
        }

        int r = directory_is_empty(fd, keep, &ret->others);
        return r < 0 ? r : 0;
}

/* Decides about an existing directory. */
static int claim_existing(int fd, const struct base_request *request, struct libmnt_table *table,
                          struct ledger_domain *record)
{
        struct base_content content = {};
        struct stat st;
        int r;

        r = check_writable(fd, request->path);
        if (r < 0)
                return r;
        r = fstat(fd, &st) < 0 ? -errno : look_into(fd, request->path, table, &content);
        if (r < 0)
                r = cannot_use(request->path, r);
        else if (content.others && !content.ours)
                r = log_error_errno(ENOTEMPTY,
                                    "%s: exists and is not empty (it contains \"%s\"), and was not "
                                    "made by fd-shmem: empty or remove it, or set another Path=",
                                    request->path, content.others);
        free(content.others);
        if (r < 0)
                return r;

        record->base_made = content.ours;
        record->base_uid = st.st_uid;
        record->base_gid = st.st_gid;
        record->base_mode = st.st_mode & 07777;
        if (content.ours)
                log_info("%s: left from before the last boot, taken over.", request->path);
        else
                log_info("%s: exists; owner and mode are restored when the domain stops.",
                         request->path);
        return 0;
}

static int fill_record(const struct base_request *request, struct ledger_domain *record)
{
        record->name = strdup(request->domain);
        record->path = strdup(request->path);
        if (!record->name || !record->path)
                return log_oom();
        memcpy(record->mount, request->mounts, sizeof record->mount);
        return 0;
}

/* Whether the directory exists, then it is looked into, else where it will be made. */
static int claim_directory(const struct base_request *request, struct libmnt_table *table,
                           struct ledger_domain *record)
{
        _cleanup_close_ int fd = directory_open(request->path);

        if (fd >= 0)
                return claim_existing(fd, request, table, record);
        if (fd != -ENOENT)
                return cannot_use(request->path, fd);
        record->base_made = true;
        return find_missing_parents(request->path, &record->parents_made);
}

int base_claim(const struct base_request *request, struct libmnt_table *table,
               struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        r = fill_record(request, &record);
        if (r >= 0)
                r = claim_directory(request, table, &record);
        if (r >= 0)
                r = check_mounts(request, table, NULL);
        if (r < 0)
                return r;

        *ret = record;
        record = (struct ledger_domain){};
        return 0;
}

int base_reclaim(const struct base_request *request, struct libmnt_table *table,
                 struct ledger_domain *record)
{
        _cleanup_close_ int fd = directory_open(record->path);
        int r;

        if (fd >= 0)
                r = check_writable(fd, record->path);
        else
                r = fd == -ENOENT ? 0 : cannot_use(record->path, fd);
        if (r >= 0)
                r = check_mounts(request, table, record->mount);
        if (r < 0)
                return r;

        memcpy(record->mount, request->mounts, sizeof record->mount);
        return 0;
}
