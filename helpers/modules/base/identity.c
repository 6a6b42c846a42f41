/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/identity-file.h"

#define ATTRIBUTE "trusted.fd-shmem"

static const char *const role_names[] = {
        [IDENTITY_BASE] = "base",
        [IDENTITY_EXISTING] = "existing",
        [IDENTITY_USED] = "used",
        [IDENTITY_PARENT] = "parent",
        [IDENTITY_MOUNT_POINT] = "mount-point",
};

int identity_read(int fd, struct ledger_identity *ret)
{
        struct statfs fs;
        struct statx sx;

        if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &sx) < 0)
                return -errno;

        *ret = (struct ledger_identity){ .known = true, .inode = sx.stx_ino };
        if ((sx.stx_mask & STATX_BTIME) && sx.stx_btime.tv_sec >= 0) {
                ret->birth = sx.stx_btime.tv_sec;
                ret->birth_nsec = sx.stx_btime.tv_nsec;
                /* The inode number of a directory on an overlay with layers on several file systems
                 * changes after the inode was evicted (Documentation/filesystems/overlayfs.rst, "Inode
                 * properties"); the time of birth is that of the layer's directory. */
                if (fstatfs(fd, &fs) >= 0 && fs.f_type == OVERLAYFS_SUPER_MAGIC)
                        ret->inode = 0;
        }
        return 0;
}

bool identity_equal(const struct ledger_identity *a, const struct ledger_identity *b)
{
        return a->known && b->known && a->inode == b->inode && a->birth == b->birth &&
               a->birth_nsec == b->birth_nsec;
}

/* "existing 1234:1700000000.000000001 1000:1000:0755" */
static int format_mark(int fd, const struct identity_mark *mark, char ret[static IDENTITY_TEXT_MAX])
{
        struct ledger_identity id;
        int n, r;

        r = identity_read(fd, &id);
        if (r < 0)
                return r;
        n = snprintf(ret, IDENTITY_TEXT_MAX, "%s %" PRIu64 ":%" PRId64 ".%09" PRIu32,
                     role_names[mark->role], id.inode, id.birth, id.birth_nsec);
        if (mark->role == IDENTITY_EXISTING)
                snprintf(ret + n, IDENTITY_TEXT_MAX - (size_t) n, " %ju:%ju:%04o",
                         (uintmax_t) mark->uid, (uintmax_t) mark->gid, (unsigned) mark->mode);
        return 0;
}

/* A text is valid if it is identical to the one that we would write for FD. */
static bool parse_mark(int fd, const char *text, struct identity_mark *ret)
{
        struct identity_mark mark = {};
        char again[IDENTITY_TEXT_MAX];
        const char *owner = strrchr(text, ' ');
        unsigned uid, gid, mode;

        for (size_t role = IDENTITY_BASE; role < ELEMENTSOF(role_names); role++) {
                size_t length = strlen(role_names[role]);

                if (strncmp(text, role_names[role], length) == 0 && text[length] == ' ')
                        mark.role = role;
        }
        if (mark.role == IDENTITY_NONE)
                return false;
        if (mark.role == IDENTITY_EXISTING) {
                if (sscanf(owner, " %u:%u:%o", &uid, &gid, &mode) != 3 || mode > 07777)
                        return false;
                mark.uid = uid;
                mark.gid = gid;
                mark.mode = mode;
        }
        if (format_mark(fd, &mark, again) < 0 || strcmp(text, again) != 0)
                return false;

        *ret = mark;
        return true;
}

/* The file counts only where there is no attribute, because the file system does not support it, or does
 * not let us use it: in a user namespace even root has no right to them. */
static int read_mark(int fd, const char *path, char ret[static IDENTITY_TEXT_MAX])
{
        ssize_t n = fgetxattr(fd, ATTRIBUTE, ret, IDENTITY_TEXT_MAX - 1);
        int error, r;

        if (n >= 0) {
                ret[n] = '\0';
                return 0;
        }
        error = errno == ERANGE ? ENODATA : errno;
        if (error != ENODATA && error != EOPNOTSUPP && error != EPERM && error != ENOSYS)
                return -error;

        r = identity_file_read(path, ret);
        return r < 0 && error == ENODATA ? -ENODATA : r;
}

int identity_find(int fd, const char *path, struct identity_mark *ret)
{
        char text[IDENTITY_TEXT_MAX];
        int r;

        *ret = (struct identity_mark){ .role = IDENTITY_NONE };
        r = read_mark(fd, path, text);
        if (r < 0)
                return r;
        return parse_mark(fd, text, ret) ? 0 : -ENODATA;
}

void identity_mark(int fd, const char *path, const struct identity_mark *mark)
{
        char text[IDENTITY_TEXT_MAX], before[IDENTITY_TEXT_MAX];
        int r;

        r = format_mark(fd, mark, text);
        if (r >= 0 && read_mark(fd, path, before) >= 0 && strcmp(text, before) == 0)
                return;
        if (r >= 0 && fsetxattr(fd, ATTRIBUTE, text, strlen(text), 0) < 0) {
                r = -errno;
                if (identity_file_is_pointless(fd))
                        return;
                r = identity_file_write(path, text);
        }
        if (r < 0)
                (void) log_warning_errno(
                        r,
                        "Cannot mark %s as ours, neither on its file system nor in "
                        "/var/lib/fd-shmem, "
                        "continuing without: %m; after a reboot it counts as somebody else's",
                        path);
}

void identity_forget(int fd, const char *path)
{
        if (fd >= 0)
                (void) fremovexattr(fd, ATTRIBUTE);
        identity_file_remove(path);
}
