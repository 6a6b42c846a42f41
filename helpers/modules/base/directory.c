/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"

/* openat2(2) and its RESOLVE_* flags cannot be used: RestrictSUIDSGID= in our units denies it, because
 * seccomp cannot inspect its flags (src/shared/seccomp-util.c of systemd). */
static int open_entry(int dirfd, const char *name, int access)
{
        int fd = openat(dirfd, name, access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct stat st;

        if (fd >= 0 || errno != ENOTDIR)
                return fd < 0 ? -errno : fd;
        return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) >= 0 && S_ISLNK(st.st_mode)
                       ? -ELOOP
                       : -ENOTDIR;
}

/* Follows no link in any component. */
int directory_open(const char *path)
{
        _cleanup_free_ char *copy = strdup(path);
        _cleanup_close_ int fd = -1;
        char *rest = copy, *name;

        if (!copy)
                return -ENOMEM;
        fd = open_entry(AT_FDCWD, path[0] == '/' ? "/" : ".", O_PATH);
        while (fd >= 0 && (name = strsep(&rest, "/"))) {
                int next = *name ? open_entry(fd, name, O_PATH) : TAKE_FD(fd);

                if (fd >= 0)
                        close(fd);
                fd = next;
        }
        return fd < 0 ? fd : open_entry(fd, ".", O_RDONLY);
}

int directory_open_at(int fd, const char *name)
{
        if (strchr(name, '/') || strcmp(name, "..") == 0)
                return -EXDEV;
        return open_entry(fd, name, O_RDONLY);
}

int directory_open_parent(const char *path, const char **ret_name)
{
        _cleanup_free_ char *parent = NULL;
        const char *slash = strrchr(path, '/');
        int fd;

        if (!slash || !slash[1])
                return -EINVAL;
        parent = strndup(path, slash == path ? 1 : slash - path);
        if (!parent)
                return -ENOMEM;

        fd = directory_open(parent);
        if (fd >= 0)
                *ret_name = slash + 1;
        return fd;
}

int directory_identify(int fd, struct directory_id *ret)
{
        struct statx sx;

        if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &sx) < 0)
                return -errno;

        *ret = (struct directory_id){
                .mount_id = sx.stx_mnt_id,
                .device = makedev(sx.stx_dev_major, sx.stx_dev_minor),
                .inode = sx.stx_ino,
        };
        return 0;
}

bool directory_is_roots(int fd)
{
        struct stat st;

        return fstat(fd, &st) >= 0 && st.st_uid == 0;
}

int directory_seal(int fd)
{
        struct stat st;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_uid == 0 && st.st_gid == 0 && (st.st_mode & 07777) == 0700)
                return 0;
        /* The owner first: after that nobody else can change the mode any more. */
        if (fchown(fd, 0, 0) < 0 || fchmod(fd, 0700) < 0)
                return -errno;
        return 0;
}

static bool in_list(const char *name, const char *const *list)
{
        for (; list && *list; list++)
                if (strcmp(name, *list) == 0)
                        return true;
        return false;
}

int directory_is_empty(int fd, const char *const *keep, char **ret_name)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int r = io_open_directory(fd, ".", 0, &dir);

        if (r < 0)
                return r;
        while ((entry = io_next_entry(dir))) {
                if (in_list(entry->d_name, keep))
                        continue;
                if (ret_name && !(*ret_name = strdup(entry->d_name)))
                        return -ENOMEM;
                return 0;
        }

        return errno ? -errno : 1;
}

/* Emptying walks with one descriptor only, whatever the depth. It goes up by "..", and because the
 * owner of a directory may have moved it meanwhile, checks that it arrives where it came from. */
struct level {
        struct directory_id id; /* of the directory above */
        char *name;             /* in the directory above, of the one that was entered */
};

struct walk {
        int top;
        int fd; /* the current directory; top itself is never closed */
        struct level *levels;
        size_t n_levels;
        struct directory_id *left; /* directories that cannot be removed, not to be entered again */
        size_t n_left;
        int result; /* the first reason for something to be left */
};

static void walk_done(struct walk *walk)
{
        for (size_t i = 0; i < walk->n_levels; i++)
                free(walk->levels[i].name);
        free(walk->levels);
        free(walk->left);
        if (walk->fd >= 0 && walk->fd != walk->top)
                close(walk->fd);
}

static void note_failure(struct walk *walk, int error)
{
        if (walk->result == 0)
                walk->result = error;
}

static void move_to(struct walk *walk, int fd)
{
        if (walk->fd != walk->top)
                close(walk->fd);
        walk->fd = fd;
}

static bool same_directory(const struct directory_id *a, const struct directory_id *b)
{
        return a->mount_id == b->mount_id && a->device == b->device && a->inode == b->inode;
}

static bool was_left(const struct walk *walk, const struct directory_id *id)
{
        for (size_t i = 0; i < walk->n_left; i++)
                if (same_directory(&walk->left[i], id))
                        return true;
        return false;
}

/* Goes down into NAME, and closes it to everybody but root before it is read: then processes that have it
 * open can no longer create or move anything in it. 1: done; 0: it cannot be entered and stays, or was
 * left before. */
static int enter(struct walk *walk, const char *name)
{
        _cleanup_close_ int fd = directory_open_at(walk->fd, name);
        struct directory_id here, below;
        struct level *levels;
        char *copy;
        int r;

        if (fd < 0) {
                if (fd != -ENOENT)
                        note_failure(walk, fd);
                return 0;
        }
        r = directory_identify(fd, &below);
        if (r >= 0)
                r = directory_identify(walk->fd, &here);
        if (r < 0)
                return r;
        if (below.mount_id != here.mount_id) { /* somebody's mount */
                note_failure(walk, -EBUSY);
                return 0;
        }
        if (was_left(walk, &below))
                return 0;
        r = directory_seal(fd);
        if (r < 0)
                return r;

        levels = reallocarray(walk->levels, walk->n_levels + 1, sizeof(*levels));
        if (!levels)
                return -ENOMEM;
        walk->levels = levels;
        copy = strdup(name);
        if (!copy)
                return -ENOMEM;
        walk->levels[walk->n_levels++] = (struct level){ .id = here, .name = copy };
        move_to(walk, TAKE_FD(fd));
        return 1;
}

/* Goes up from a directory that was gone through, and removes it. */
static int leave(struct walk *walk)
{
        struct level *level = &walk->levels[--walk->n_levels];
        _cleanup_free_ char *name = level->name;
        _cleanup_close_ int fd = -1;
        struct directory_id above, here, *left;
        int r;

        r = directory_identify(walk->fd, &here);
        if (r < 0)
                return r;
        fd = openat(walk->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        r = directory_identify(fd, &above);
        if (r < 0)
                return r;
        if (!same_directory(&above, &level->id))
                return -EAGAIN; /* somebody moved it */

        if (walk->n_levels == 0)
                move_to(walk, walk->top);
        else
                move_to(walk, TAKE_FD(fd));
        if (unlinkat(walk->fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
                return 0;
        /* It was emptied as far as possible: the reason for what was left is noted already. */
        note_failure(walk, errno == EEXIST ? -ENOTEMPTY : -errno);
        left = reallocarray(walk->left, walk->n_left + 1, sizeof(*left));
        if (!left)
                return -ENOMEM;
        walk->left = left;
        walk->left[walk->n_left++] = here;
        return 0;
}

/* Removes entries of the current directory until there is a directory to go down into: 1; 0: there is
 * none. */
static int sweep(struct walk *walk, const char *const *keep)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int r = io_open_directory(walk->fd, ".", 0, &dir);

        if (r < 0)
                return r;
        while ((entry = io_next_entry(dir))) {
                if (in_list(entry->d_name, keep))
                        continue;
                if (unlinkat(walk->fd, entry->d_name, 0) == 0 || errno == ENOENT)
                        continue;
                if (errno != EISDIR) {
                        note_failure(walk, -errno);
                        continue;
                }
                if (unlinkat(walk->fd, entry->d_name, AT_REMOVEDIR) == 0)
                        continue;
                r = enter(walk, entry->d_name);
                if (r != 0)
                        return r;
        }

        return errno ? -errno : 0;
}

int directory_empty(int fd, const char *const *keep)
{
        _cleanup_(walk_done) struct walk walk = { .top = fd, .fd = fd };
        int r;

        for (;;) {
                r = sweep(&walk, walk.n_levels == 0 ? keep : NULL);
                if (r < 0)
                        return r;
                if (r > 0)
                        continue;
                if (walk.n_levels == 0)
                        return walk.result;
                r = leave(&walk);
                if (r < 0)
                        return r;
        }
}
