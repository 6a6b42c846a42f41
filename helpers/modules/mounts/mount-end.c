/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-end.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "basic/cleanup.h"

/* A watch only refers to the inode. When the last user of the file system is gone, the kernel drops its
 * inodes, and notifies the watch (IN_UNMOUNT; fs/notify/fsnotify.c: fsnotify_sb_delete). */
int mount_end_watch(int dirfd, const char *name)
{
        _cleanup_close_ int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        _cleanup_free_ char *path = NULL;

        if (fd < 0)
                return -errno;
        if (asprintf(&path, "/proc/self/fd/%d/%s", dirfd, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        if (inotify_add_watch(fd, path, IN_DELETE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW) < 0)
                return -errno;
        return TAKE_FD(fd);
}

static bool read_end(int watch)
{
        char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
        ssize_t n;

        while ((n = read(watch, buffer, sizeof(buffer))) > 0) {
                const struct inotify_event *event;

                for (char *p = buffer; p < buffer + n; p += sizeof(*event) + event->len) {
                        event = (const struct inotify_event *) (const void *) p;
                        if (event->mask & IN_UNMOUNT)
                                return true;
                }
        }
        return false;
}

bool mount_end_has_come(int watch, int msec)
{
        struct pollfd fd = { .fd = watch, .events = POLLIN };

        return read_end(watch) || (poll(&fd, 1, msec) > 0 && read_end(watch));
}
