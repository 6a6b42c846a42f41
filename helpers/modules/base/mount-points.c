/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/mount-points.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"

/* Whether something is mounted on FD, which was opened by its name in BASE. */
static int is_mounted(int base, int fd)
{
        struct directory_id outside, inside;
        int r;

        r = directory_identify(base, &outside);
        if (r >= 0)
                r = directory_identify(fd, &inside);
        return r < 0 ? r : outside.mount_id != inside.mount_id;
}

static int remove_with_content(int base, int fd, const char *name)
{
        int r;

        if (fd < 0)
                return unlinkat(base, name, 0) < 0 ? -errno : 0;
        r = directory_seal(fd);
        if (r >= 0)
                r = directory_empty(fd, NULL);
        if (r >= 0 && unlinkat(base, name, AT_REMOVEDIR) < 0)
                r = -errno;
        return r;
}

int mount_points_remove_one(int base, const struct ledger_domain *domain, enum page_type type)
{
        const char *name = page_type_directory(type);
        _cleanup_close_ int fd = directory_open_at(base, name);
        _cleanup_free_ char *path = NULL;
        int r;

        if (fd == -ENOENT)
                return 0;
        if (fd < 0 && fd != -ENOTDIR && fd != -ELOOP)
                return fd;
        r = fd < 0 ? 0 : is_mounted(base, fd);
        if (r != 0)
                return r < 0 ? r : -EBUSY;
        if (domain->base_made)
                r = remove_with_content(base, fd, name);
        /* In a directory that existed before, only what we made is removed: empty directories owned by
         * root. */
        else if (fd >= 0 && directory_is_roots(fd) && unlinkat(base, name, AT_REMOVEDIR) < 0)
                r = -errno;
        if (r >= 0 && asprintf(&path, "%s/%s", domain->path, name) >= 0)
                identity_forget(-1, path);
        return r;
}

int mount_points_remove(int base, const struct ledger_domain *domain)
{
        int result = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = domain->mount[type] ? mount_points_remove_one(base, domain, type) : 0;

                if (r < 0 && result == 0)
                        result = r;
        }
        return result;
}

/* Whether somebody else has mounted something, as declared, where the domain itself mounts nothing. */
bool mount_points_is_foreign(int base, const struct ledger_domain *domain, enum page_type type)
{
        _cleanup_close_ int fd = -1;

        if (domain->mount[type])
                return false;
        fd = directory_open_at(base, page_type_directory(type));
        return fd >= 0 && is_mounted(base, fd) > 0;
}

/* A mount point that the owner moved elsewhere in the directory, while nothing was
 * mounted on it, is known by its mark. */
int mount_points_remove_moved(int base, const struct ledger_domain *domain)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int r = io_open_directory(base, ".", 0, &dir);

        if (r < 0)
                return r;
        while ((entry = io_next_entry(dir))) {
                _cleanup_close_ int fd = -1;
                struct identity_mark mark;

                fd = directory_open_at(base, entry->d_name);
                if (fd < 0 || !directory_is_roots(fd) ||
                    identity_find(fd, domain->path, &mark) < 0 || mark.role != IDENTITY_MOUNT_POINT)
                        continue;
                if (is_mounted(base, fd) > 0)
                        return -EBUSY;
                if (unlinkat(base, entry->d_name, AT_REMOVEDIR) < 0)
                        return -errno;
        }
        return -errno;
}
