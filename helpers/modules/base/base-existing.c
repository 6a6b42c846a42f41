/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/base-existing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/io.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* Whether NAME is missing, mounted upon (that is judged elsewhere), or an unused mount point: an empty
 * directory owned by root. Then we can use it without loss for anybody. */
static bool is_usable_mount_point(int base, const struct base_request *request,
                                  const struct mount_table *table, const char *name)
{
        _cleanup_free_ char *path = NULL;
        _cleanup_close_ int fd = -1;
        struct stat st;

        if (faccessat(base, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                return true;
        if (asprintf(&path, "%s/%s", request->path, name) < 0)
                path = NULL;
        if (path && mount_table_at(table, path))
                return true;
        fd = directory_open_at(base, name);
        return fd >= 0 && fstat(fd, &st) >= 0 && st.st_uid == 0 &&
               directory_is_empty(fd, NULL, NULL) > 0;
}

static bool is_mount_point(const char *name)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (strcmp(name, page_type_directory(type)) == 0)
                        return true;
        return false;
}

/* Names in *RET the first entry of FD, mount points aside, for which IS_STRANGE(entry, base directory)
 * holds; NULL: there is none. */
static int find_entry(int fd, bool (*is_strange)(const struct stat *, const struct stat *),
                      char **ret)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct stat base, st;
        struct dirent *entry;
        int r = io_open_directory(fd, ".", 0, &dir);

        if (r < 0)
                return r;
        if (fstat(fd, &base) < 0)
                return -errno;
        while ((entry = io_next_entry(dir))) {
                if (is_mount_point(entry->d_name) ||
                    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                    !is_strange(&st, &base))
                        continue;
                *ret = strdup(entry->d_name);
                return *ret ? 0 : -ENOMEM;
        }
        return -errno;
}

static bool is_anything(const struct stat *entry, const struct stat *base)
{
        return true;
}

/* A client's files in a directory that was handed to it stay in any case, and do not disturb. */
static bool is_no_file_of_owner(const struct stat *entry, const struct stat *base)
{
        return base->st_uid == 0 || !S_ISREG(entry->st_mode) || entry->st_uid != base->st_uid;
}

/* A directory that we made is not searched for foreign files, since clients may keep any files in it; but
 * a directory owned by root inside another user's directory was not made by a client: it was used for
 * something else while the machine ran without the domain. */
static bool is_roots_directory(const struct stat *entry, const struct stat *base)
{
        return base->st_uid != 0 && S_ISDIR(entry->st_mode) && entry->st_uid == 0;
}

/* Names in *RET something that keeps us from using the directory; NULL: there is nothing. */
static int find_blocker(int fd, const struct base_request *request, const struct mount_table *table,
                        enum identity_role role, char **ret)
{
        bool has_mount_point = false;

        if (role == IDENTITY_BASE)
                return find_entry(fd, is_roots_directory, ret);

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                const char *name = page_type_directory(type);

                if (!is_usable_mount_point(fd, request, table, name)) {
                        *ret = strdup(name);
                        return *ret ? 0 : -ENOMEM;
                }
                has_mount_point |= faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
        }
        if (role == IDENTITY_EXISTING || role == IDENTITY_USED)
                return 0;
        /* Earlier versions marked nothing: they left mount points. */
        return find_entry(fd, has_mount_point ? is_no_file_of_owner : is_anything, ret);
}

/* Facts that neither the file system nor the caller provides. */
static const char *explain_unknown(int error)
{
        switch (-error) {
        case 0:
        case ENODATA:
                return "";
        case ENOENT:
                return " (its file system keeps no attributes, and /var/lib/fd-shmem has nothing "
                       "about it)";
        default:
                return " (its file system keeps no attributes, and /var/lib/fd-shmem, which may "
                       "have it, "
                       "cannot be read yet)";
        }
}

static int refuse_others(const char *path, const char *name, enum identity_role role, int unknown)
{
        _cleanup_free_ char *escaped = text_escape(name);

        if (role == IDENTITY_BASE)
                return log_error_errno(
                        ENOTEMPTY,
                        "%s: is left from before the last boot, but holds the "
                        "directory \"%s\", which is owned by root and is not the domain's; move it "
                        "elsewhere, or set another Path=",
                        path, escaped ?: "?");
        return log_error_errno(
                ENOTEMPTY,
                "%s: exists and is not empty (it contains \"%s\"), and was not made by fd-shmem%s; "
                "empty or "
                "remove it, or set another Path=",
                path, escaped ?: "?", explain_unknown(unknown));
}

static int fill_record(int fd, const struct identity_mark *mark, struct ledger_domain *record)
{
        bool known_before = mark->role == IDENTITY_EXISTING;
        struct stat st;
        int r;

        if (fstat(fd, &st) < 0)
                return -errno;
        r = identity_read(fd, &record->base_id);
        if (r < 0)
                return r;
        record->base_made = mark->role == IDENTITY_BASE || mark->role == IDENTITY_PARENT;
        record->base_uid = known_before ? mark->uid : st.st_uid;
        record->base_gid = known_before ? mark->gid : st.st_gid;
        record->base_mode = known_before ? mark->mode : st.st_mode & 07777;
        return 0;
}

int base_use_existing(int fd, const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record)
{
        _cleanup_free_ char *others = NULL;
        struct identity_mark mark;
        int r, unknown;

        unknown = identity_find(fd, request->path, &mark);
        r = find_blocker(fd, request, table, mark.role, &others);
        if (r >= 0 && others)
                return refuse_others(request->path, others, mark.role, unknown);
        if (r >= 0)
                r = fill_record(fd, &mark, record);
        if (r < 0)
                return base_cannot_use(request->path, r);

        if (request->is_up)
                return 0;
        if (record->base_made)
                log_info("%s: left from before the last boot, taken over", request->path);
        else
                log_info("%s: exists; owner and mode are restored when the domain stops",
                         request->path);
        return 0;
}
