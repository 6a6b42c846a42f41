/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/mount-identity.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/handover.h"

/* Linux 6.8; the number is never reused. */
#ifndef STATX_MNT_ID_UNIQUE
        #define STATX_MNT_ID_UNIQUE 0x00004000U
#endif

/* A hugetlbfs has no identity of its own, but its root inode number is from the kernel's running counter
 * (fs/hugetlbfs/inode.c: get_next_ino()). A tmpfs, whose root is always number 1, has a random UUID, and
 * shows it as its file system id (mm/shmem.c, since 5.13). */
static int read_mark(const struct statfs *fs, uint64_t inode, uint64_t *ret)
{
        uint32_t id[2];

        switch (fs->f_type) {
        case HUGETLBFS_MAGIC:
                *ret = inode;
                return 0;
        case TMPFS_MAGIC:
                memcpy(id, &fs->f_fsid, sizeof(id));
                *ret = (uint64_t) id[1] << 32 | id[0];
                return 0;
        default:
                return -EMEDIUMTYPE;
        }
}

int mount_identity_of(int fd, struct ledger_mount_id *ret)
{
        struct ledger_mount_id identity = {};
        struct statfs fs;
        struct statx sx;
        int r;

        if (fstatfs(fd, &fs) < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_INO, &sx) < 0)
                return -errno;
        r = read_mark(&fs, sx.stx_ino, &identity.mark);
        if (r < 0)
                return r;
        if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID_UNIQUE, &sx) == 0 &&
            (sx.stx_mask & STATX_MNT_ID_UNIQUE))
                identity.unique = sx.stx_mnt_id;

        *ret = identity;
        return 0;
}

/* The descriptor is closed immediately: an open one makes unmounting busy, for us and for others. */
int mount_identity_at(int dirfd, const char *name, int mount_id, struct ledger_mount_id *ret)
{
        _cleanup_close_ int fd = openat(dirfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct directory_id opened;
        int r;

        if (fd < 0)
                return -errno;
        r = directory_identify(fd, &opened);
        if (r >= 0 && opened.mount_id != (uint64_t) mount_id)
                r = -ESTALE;
        return r < 0 ? r : mount_identity_of(fd, ret);
}

bool mount_identity_is_known(const struct ledger_mount_id *identity)
{
        return identity->mark != 0;
}

bool mount_identity_is_same(const struct ledger_mount_id *a, const struct ledger_mount_id *b)
{
        return a->mark != 0 && a->mark == b->mark;
}

int mount_identity_record(struct ledger_domain *domain, const bool mounts[N_PAGE_TYPES])
{
        _cleanup_close_ int base = base_open_recorded(domain);
        int changed = 0;

        if (base < 0)
                return base == -ENOENT ? log_error_errno(base, "Cannot open %s: %m", domain->path)
                                       : base;
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_close_ int fd = -1;
                struct ledger_mount_id identity = {};
                int r = 0;

                if (mounts[type]) {
                        r = fd = handover_open_mount(base, domain->path, type,
                                                     ledger_domain_page_size(domain, type));
                        if (r < 0)
                                return r;
                        r = mount_identity_of(fd, &identity);
                }
                if (r < 0)
                        return log_error_errno(r, "Cannot find out what is mounted at %s/%s: %m",
                                               domain->path, page_type_directory(type));
                changed |= memcmp(&identity, &domain->mount_id[type], sizeof(identity)) != 0;
                domain->mount_id[type] = identity;
        }
        return changed;
}
