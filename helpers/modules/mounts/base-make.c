/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/mounts/base.h"
#include "helpers/modules/mounts/directory.h"
#include "helpers/modules/mounts/mount-table.h"

static int make_directory(const char *path, mode_t mode)
{
        _cleanup_close_ int parent = -1;
        const char *name;

        parent = directory_open_parent(path, &name);
        if (parent < 0)
                return log_error_errno(parent, "%s: cannot open the directory above it: %m", path);
        if (mkdirat(parent, name, mode) < 0 && errno != EEXIST)
                return log_error_errno(errno, "%s: cannot create: %m", path);
        return 0;
}

static int make_parents(char **parents)
{
        size_t n = 0;
        int r = 0;

        while (parents && parents[n])
                n++;
        while (n > 0 && r >= 0)
                r = make_directory(parents[--n], 0755);
        return r;
}

/* Makes one mount point in the closed base directory FD. Anything but a directory under its name
 * was put there by the owner in an earlier life, and goes. */
static int make_mount_point(int fd, const char *name)
{
        _cleanup_close_ int point = -1;

        if (mkdirat(fd, name, 0700) < 0 && errno != EEXIST)
                return -errno;
        point = directory_open_at(fd, name);
        if (point == -ENOTDIR || point == -ELOOP) {
                if (unlinkat(fd, name, 0) < 0 || mkdirat(fd, name, 0700) < 0)
                        return -errno;
                point = directory_open_at(fd, name);
        }
        return point < 0 ? point : directory_seal(point);
}

int base_make(const struct ledger_domain *record, struct libmnt_table *table)
{
        _cleanup_close_ int fd = -1;
        int r;

        r = make_parents(record->parents_made);
        if (r >= 0)
                r = make_directory(record->path, 0700);
        if (r < 0)
                return r;
        fd = directory_open(record->path);
        r = fd < 0 ? fd : directory_seal(fd);
        if (r < 0)
                return log_error_errno(r, "%s: cannot be closed to others: %m", record->path);

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                const char *name = page_type_directory(type);
                _cleanup_mount_info_ struct mount_info info = {};
                _cleanup_free_ char *path = NULL;

                if (!record->mount[type])
                        continue;
                if (asprintf(&path, "%s/%s", record->path, name) < 0) {
                        path = NULL;
                        return log_oom();
                }
                if (mount_table_at(table, path, &info) >= 0)
                        continue;
                r = make_mount_point(fd, name);
                if (r < 0)
                        return log_error_errno(r, "%s: cannot make the mount point: %m", path);
        }
        return 0;
}
