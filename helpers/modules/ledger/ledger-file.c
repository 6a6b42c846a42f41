/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger-file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/sysfs.h"

/* The new text while it is written: "PATH" with its slash replaced, in the state directory itself, so
 * that no directory of records ever shows half a one. */
static int staging_path(const char *path, char **ret)
{
        if (asprintf(ret, "new-%s", path) < 0) {
                *ret = NULL;
                return log_oom();
        }
        *strchr(*ret, '/') = '-';
        return 0;
}

static int write_staging(int state, const char *staging, const char *text)
{
        _cleanup_close_ int fd =
                openat(state, staging, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
        size_t size = strlen(text);
        ssize_t n;

        if (fd < 0)
                return -errno;

        n = write(fd, text, size);
        if (n < 0)
                return -errno;
        return (size_t) n == size ? 0 : -ENOSPC;
}

int ledger_file_store(int state, const char *folder, const char *path, const char *text)
{
        _cleanup_free_ char *staging = NULL;
        int r;

        r = staging_path(path, &staging);
        if (r < 0)
                return r;

        if (mkdirat(state, folder, 0755) < 0 && errno != EEXIST)
                return log_error_errno(errno, "Cannot create /run/fd-shmem/%s: %m", folder);
        r = write_staging(state, staging, text);
        if (r < 0)
                return log_error_errno(r, "Cannot write /run/fd-shmem/%s: %m", staging);
        if (renameat(state, staging, state, path) < 0)
                return log_error_errno(errno, "Cannot replace /run/fd-shmem/%s: %m", path);

        return 0;
}

int ledger_file_remove(int state, const char *path)
{
        _cleanup_free_ char *staging = NULL;
        int r;

        r = staging_path(path, &staging);
        if (r < 0)
                return r;

        (void) unlinkat(state, staging, 0);
        if (unlinkat(state, path, 0) < 0 && errno != ENOENT)
                return log_error_errno(errno, "Cannot remove /run/fd-shmem/%s: %m", path);

        return 0;
}

int ledger_file_load(int state, const char *path, char **ret)
{
        size_t size;
        int r;

        r = sysfs_read(state, path, ret, &size);
        if (r == -ENOENT)
                return r;
        if (r < 0)
                return log_error_errno(r, "Cannot read /run/fd-shmem/%s: %m", path);
        if (strlen(*ret) != size)
                return log_error_errno(EBADMSG, "/run/fd-shmem/%s: the record holds a zero byte",
                                       path);
        return 0;
}
