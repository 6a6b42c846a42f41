/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/handover.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/directory.h"

/* Whether FD is on a file system for TYPE, with pages of SIZE. */
static int check_type(int fd, const char *path, enum page_type type, struct page_size size)
{
        const char *name = page_type_directory(type);
        struct statfs fs;

        if (fstatfs(fd, &fs) < 0)
                return log_error_errno(errno, "Cannot examine %s/%s: %m", path, name);
        if (!page_type_has_pool(type) && fs.f_type != TMPFS_MAGIC)
                return log_error_errno(EMEDIUMTYPE,
                                       "%s/%s: the file system mounted there is not "
                                       "tmpfs",
                                       path, name);
        if (page_type_has_pool(type) &&
            ((unsigned) fs.f_type != HUGETLBFS_MAGIC || (uint64_t) fs.f_bsize != size.bytes))
                return log_error_errno(EMEDIUMTYPE,
                                       "%s/%s: the file system mounted there is not hugetlbfs of "
                                       "%s pages",
                                       path, name, page_size_name(size));
        return 0;
}

int handover_open_mount(int base, const char *path, enum page_type type, struct page_size size)
{
        const char *name = page_type_directory(type);
        _cleanup_close_ int fd = directory_open_at(base, name);
        struct directory_id outside, inside;
        int r;

        if (fd < 0)
                return log_error_errno(fd, "Cannot open %s/%s: %m", path, name);
        r = directory_identify(base, &outside);
        if (r >= 0)
                r = directory_identify(fd, &inside);
        if (r < 0)
                return log_error_errno(r, "Cannot examine %s/%s: %m", path, name);
        if (outside.mount_id == inside.mount_id)
                return log_error_errno(ENODEV, "%s/%s: nothing is mounted there", path, name);

        r = check_type(fd, path, type, size);
        return r < 0 ? r : TAKE_FD(fd);
}

/* The owner first: changing it may clear bits of the mode. */
static int hand_over(int fd, const struct owner *owner, mode_t mode, const char *path,
                     const char *name)
{
        if (fchown(fd, owner->uid, owner->gid) < 0)
                return log_error_errno(errno, "Cannot set the owner of %s%s: %m", path, name);
        if (fchmod(fd, mode) < 0)
                return log_error_errno(errno, "Cannot set the mode of %s%s: %m", path, name);
        return 0;
}

int handover_run(const struct ledger_domain *record, const bool mounts[N_PAGE_TYPES],
                 const struct owner *owner, mode_t mode)
{
        _cleanup_close_ int base = base_open_recorded(record);
        const char *path = record->path;
        int r;

        if (base == -ENOENT)
                return log_error_errno(base, "Cannot open %s: %m", path);
        r = base < 0 ? base : base_check_owner(path, owner->uid);
        if (r < 0)
                return r;
        r = directory_seal(base);
        if (r < 0)
                return log_error_errno(r, "Cannot close %s to others: %m", path);

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_close_ int fd = -1;
                char name[32];

                if (!mounts[type])
                        continue;
                fd = handover_open_mount(base, path, type, ledger_domain_page_size(record, type));
                if (fd < 0)
                        return fd;
                snprintf(name, sizeof(name), "/%s", page_type_directory(type));
                r = hand_over(fd, owner, mode, path, name);
                if (r < 0)
                        return r;
        }
        return hand_over(base, owner, mode, path, "");
}
