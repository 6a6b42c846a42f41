/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/base-open.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/path-trust.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/base/safe-walk.h"

int base_cannot_use(const char *path, int error)
{
        switch (-error) {
        case ELOOP:
                return log_error_errno(
                        error,
                        "%s: is, or goes through, a symbolic link; set Path= to where it leads",
                        path);
        case ENOTDIR:
                return log_error_errno(
                        error,
                        "%s: is, or goes through, something that is not a directory; remove it, or "
                        "set "
                        "another Path=",
                        path);
        case EROFS:
                return log_error_errno(error,
                                       "%s: its file system is read-only; make it writable, or "
                                       "set Path= to a directory under /run",
                                       path);
        default:
                return log_error_errno(error, "Cannot use %s as base directory: %m", path);
        }
}

/* Opens the first LENGTH bytes of PATH; messages are about all of it. */
static int open_part(const char *path, size_t length)
{
        _cleanup_path_hazard_ struct path_hazard hazard = {};
        _cleanup_free_ char *part = strndup(path, length), *description = NULL;
        int fd;

        if (!part)
                return log_oom();
        fd = safe_walk(part, &hazard);
        if (fd >= 0 || fd == -ENOENT)
                return fd;
        if (fd != -ENOLINK)
                return base_cannot_use(path, fd);
        if (path_hazard_describe(&hazard, &description) < 0)
                return log_oom();
        return log_error_errno(
                ENOLINK,
                "%s: is not a safe place for a base directory: %s; give that to root, writable by "
                "root "
                "alone, or use a directory in one owned by root, such as /mnt, /srv or /run",
                path, description);
}

int base_open(const char *path)
{
        return open_part(path, strlen(path));
}

int base_open_parent(const char *path, const char **ret_name)
{
        const char *slash = strrchr(path, '/');
        int fd;

        if (!slash || !slash[1])
                return base_cannot_use(path, -EINVAL);
        fd = open_part(path, slash == path ? 1 : (size_t) (slash - path));
        if (fd >= 0)
                *ret_name = slash + 1;
        return fd;
}

int base_check_owner(const char *path, uid_t uid)
{
        _cleanup_close_ int fd = -1;
        const char *name;
        struct stat st;

        fd = uid == 0 ? -ENOENT : base_open_parent(path, &name);
        if (fd < 0)
                return fd == -ENOENT ? 0 : fd; /* the directory above will be ours */
        if (fstat(fd, &st) < 0)
                return base_cannot_use(path, -errno);
        if (!path_is_shared(&PATH_TRUST_ROOT, &st))
                return 0;
        return log_error_errno(
                EPERM,
                "%s: would belong to user %u in a directory that others than root can write, so "
                "that this "
                "user could replace it; use a directory in one owned by root",
                path, (unsigned) uid);
}

/* Mounted upon, or root's: the owner of the base directory can make neither. */
static bool has_mount_point(int base, const struct ledger_domain *record)
{
        struct directory_id outside, inside;

        if (directory_identify(base, &outside) < 0)
                return false;
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_close_ int fd = -1;
                struct stat st;

                if (!record->mount[type])
                        continue;
                fd = directory_open_at(base, page_type_directory(type));
                if (fd >= 0 && fstat(fd, &st) >= 0 && directory_identify(fd, &inside) >= 0 &&
                    (st.st_uid == 0 || inside.mount_id != outside.mount_id))
                        return true;
        }
        return false;
}

static bool is_of_unfinished_record(int fd, const struct ledger_domain *record)
{
        struct identity_mark mark;
        struct stat st;

        if (identity_find(fd, record->path, &mark) >= 0)
                return mark.role == IDENTITY_BASE || mark.role == IDENTITY_EXISTING;
        if (fstat(fd, &st) >= 0 && st.st_uid == 0 && directory_is_empty(fd, NULL, NULL) > 0)
                return true;
        return has_mount_point(fd, record);
}

int base_verify(int fd, const struct ledger_domain *record)
{
        struct ledger_identity id;
        bool same;
        int r;

        r = identity_read(fd, &id);
        if (r < 0)
                return log_error_errno(r, "Cannot examine %s: %m", record->path);

        same = record->base_id.known ? identity_equal(&id, &record->base_id)
                                     : is_of_unfinished_record(fd, record);
        if (same)
                return 0;
        return log_error_errno(
                ESTALE,
                "%s: is not the directory that fd-shmem used for domain %s, but "
                "another one in its place, or something mounted over it, leaving it; move it away "
                "or "
                "unmount it, then stop or start the domain "
                "again",
                record->path, record->name);
}

int base_adopt(int fd, struct ledger_domain *record)
{
        const struct identity_mark mark = {
                .role = record->base_made ? IDENTITY_BASE : IDENTITY_EXISTING,
                .uid = record->base_uid,
                .gid = record->base_gid,
                .mode = record->base_mode,
        };
        int r;

        identity_mark(fd, record->path, &mark);
        r = identity_read(fd, &record->base_id);
        return r < 0 ? log_error_errno(r, "Cannot examine %s: %m", record->path) : 0;
}

int base_open_recorded(const struct ledger_domain *record)
{
        _cleanup_close_ int fd = base_open(record->path);
        int r;

        if (fd < 0)
                return fd;
        r = base_verify(fd, record);
        return r < 0 ? r : TAKE_FD(fd);
}
