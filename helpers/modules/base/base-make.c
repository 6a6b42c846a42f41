/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/base.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* A stop of another domain may remove a parent that both have in the moment before we use it. */
#define TRIES 3

/* Whether FD, without mark or record, is in the state in which we leave a directory if we die before
 * marking it. */
static bool is_fresh(int fd)
{
        struct stat st;

        return fstat(fd, &st) >= 0 && st.st_uid == 0 && directory_is_empty(fd, NULL, NULL) > 0;
}

/* A parent that was created meanwhile belongs to another domain or to somebody else; it is used, and the
 * domain that stops last removes it if it is empty. */
static int make_parent(const char *path, bool again)
{
        const struct identity_mark mark = { .role = IDENTITY_PARENT };
        _cleanup_close_ int above = -1, fd = -1;
        const char *name;
        bool made;

        above = base_open_parent(path, &name);
        if (above < 0)
                return above;
        made = mkdirat(above, name, 0755) >= 0;
        if (!made && errno != EEXIST)
                return log_error_errno(errno, "Cannot create %s: %m", path);
        fd = directory_open_at(above, name);
        if (fd < 0)
                return log_error_errno(fd, "Cannot open %s: %m", path);
        if (made || (again && is_fresh(fd)))
                identity_mark(fd, path, &mark);
        return 0;
}

static int make_parents(char **parents, bool again)
{
        size_t n = 0;
        int r = 0;

        while (parents && parents[n])
                n++;
        while (n > 0 && r >= 0)
                r = make_parent(parents[--n], again);
        return r;
}

/* Opens the base directory, which it makes if it is missing. */
static int open_or_make(struct ledger_domain *record, bool again)
{
        _cleanup_close_ int above = -1, fd = -1;
        const char *name;
        int r;

        above = base_open_parent(record->path, &name);
        if (above < 0)
                return above;
        fd = directory_open_at(above, name);
        if (fd == -ENOENT) {
                record->base_id.known = false;
                if (mkdirat(above, name, 0700) < 0)
                        return log_error_errno(errno, "Cannot create %s: %m", record->path);
                fd = directory_open_at(above, name);
                return fd < 0 ? log_error_errno(fd, "Cannot open %s: %m", record->path)
                              : TAKE_FD(fd);
        }
        if (fd < 0)
                return base_cannot_use(record->path, fd);
        if (!record->base_id.known && !again)
                return log_error_errno(EEXIST,
                                       "%s: did not exist a moment ago, and was made by somebody "
                                       "else; remove it, or set another Path=",
                                       record->path);
        r = base_verify(fd, record);
        return r < 0 ? r : TAKE_FD(fd);
}

static int make_base(const struct machine *machine, struct ledger_domain *record, bool again)
{
        int fd = -ENOENT, r;
        bool known;

        for (int try = 0; try < TRIES && fd == -ENOENT; try++) {
                r = make_parents(record->parents_made, again);
                fd = r < 0 ? r : open_or_make(record, again);
        }
        if (fd == -ENOENT)
                return log_error_errno(fd, "Cannot open the directory above %s: %m", record->path);
        if (fd < 0)
                return fd;
        known = record->base_id.known; /* else all compare with this directory from now on */
        r = base_adopt(fd, record);
        if (r >= 0 && !known)
                r = ledger_store_domain(machine, record);
        if (r >= 0) {
                r = directory_seal(fd);
                if (r < 0)
                        (void) log_error_errno(r, "Cannot close %s to others: %m", record->path);
        }
        if (r < 0) {
                close(fd);
                return r;
        }
        return fd;
}

/* Makes room for the mount point NAME, which exists and is not the one that we made. In a base directory
 * of ours, the owner put it there in an earlier life. In one that existed before, it is removed only if
 * it is empty. */
static int clear_mount_point(int base, const char *name, bool base_made)
{
        if (unlinkat(base, name, AT_REMOVEDIR) >= 0 || errno == ENOENT)
                return 0;
        if (base_made && errno == ENOTDIR)
                return unlinkat(base, name, 0) < 0 ? -errno : 0;
        return errno == ENOTDIR ? -EEXIST : -errno;
}

/* Opens the mount point NAME in the closed base directory, as new. */
static int open_mount_point(int base, const char *name, const char *path, bool base_made)
{
        int fd = directory_open_at(base, name), r;
        struct identity_mark mark;

        if (fd >= 0 && identity_find(fd, path, &mark) >= 0 && mark.role == IDENTITY_MOUNT_POINT)
                return fd;
        r = fd == -ENOENT ? 0 : clear_mount_point(base, name, base_made);
        if (r == -ENOTEMPTY && base_made && fd >= 0)
                return fd;
        if (fd >= 0)
                close(fd);
        if (r >= 0 && mkdirat(base, name, 0700) < 0)
                r = -errno;
        return r < 0 ? r : directory_open_at(base, name);
}

static int make_mount_point(int base, const struct ledger_domain *record, enum page_type type,
                            const char *path)
{
        const struct identity_mark mark = { .role = IDENTITY_MOUNT_POINT };
        _cleanup_close_ int fd = -1;
        int r;

        fd = open_mount_point(base, page_type_directory(type), path, record->base_made);
        r = fd < 0 ? fd : directory_seal(fd);
        if (r == -EEXIST || r == -ENOTEMPTY)
                return log_error_errno(r,
                                       "%s: is in the way, and was not made by fd-shmem; remove "
                                       "it, or set another Path=",
                                       path);
        if (r < 0)
                return log_error_errno(r, "Cannot create the mount point %s: %m", path);
        identity_mark(fd, path, &mark);
        return 0;
}

int base_make(const struct machine *machine, struct ledger_domain *record,
              const struct mount_table *table, bool again)
{
        _cleanup_close_ int fd = make_base(machine, record, again);
        int r;

        if (fd < 0)
                return fd;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *path = NULL;

                if (!record->mount[type])
                        continue;
                if (asprintf(&path, "%s/%s", record->path, page_type_directory(type)) < 0) {
                        path = NULL;
                        return log_oom();
                }
                if (mount_table_at(table, path))
                        continue;
                r = make_mount_point(fd, record, type, path);
                if (r < 0)
                        return r;
        }
        return 0;
}
