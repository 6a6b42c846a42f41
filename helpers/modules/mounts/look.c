/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "basic/cleanup.h"

/* fs/fuse/dir.c: fuse_update_get_attr() and fs/nfs/inode.c: nfs_getattr() honour the first. */
#define LOOK_FLAGS (AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT)

int look_at(int dirfd, const char *name, unsigned mask, struct statx *ret)
{
        return statx(dirfd, name, LOOK_FLAGS, mask, ret) < 0 ? -errno : 0;
}

dev_t look_device(const struct statx *sx)
{
        return makedev(sx->stx_dev_major, sx->stx_dev_minor);
}

bool look_is_local(const char *fstype)
{
        /* By their beginnings: "fuse", "fuseblk", "fuse.sshfs", "nfs4", "smb3", ... */
        static const char *const remote[] = {
                "fuse",   "nfs",  "cifs", "smb",    "9p",       "ceph", "afs",
                "autofs", "coda", "gfs",  "lustre", "orangefs", "ocfs", "virtiofs",
        };

        for (size_t i = 0; i < ELEMENTSOF(remote); i++)
                if (strncmp(fstype, remote[i], strlen(remote[i])) == 0)
                        return false;
        return true;
}
