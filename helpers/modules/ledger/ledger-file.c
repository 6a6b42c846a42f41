/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "helpers/modules/kernel/sysfs.h"

/* The new text while it is written, in the state directory itself, so that directories of records never
 * contain an unfinished one. A process writes one at a time. */
#define STAGING_PREFIX "new-"
#define STAGING_SIZE   32
#define SPARE          "spare"

/* A record that is replaced makes room for the next spare. */
static int write_staging(int state, const char *staging, const char *text, bool *ret_spare)
{
        const int flags = O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
        _cleanup_close_ int fd = openat(state, staging, flags | O_CREAT, 0644);
        size_t size = strlen(text);
        ssize_t n;

        *ret_spare = fd < 0 && errno == ENOSPC && renameat(state, SPARE, state, staging) >= 0;
        if (*ret_spare)
                fd = openat(state, staging, flags);
        if (fd < 0)
                return -errno;

        n = write(fd, text, size);
        if (n < 0)
                return -errno;
        return (size_t) n == size ? 0 : -ENOSPC;
}

void ledger_file_make_spare(int state)
{
        _cleanup_close_ int fd =
                openat(state, SPARE, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

        if (fd < 0)
                log_debug("Cannot create /run/fd-shmem/" SPARE ": %s", strerror(errno));
}

int ledger_file_store(int state, const char *folder, const char *path, const char *text)
{
        char staging[STAGING_SIZE];
        bool spare = false;
        int r;

        snprintf(staging, sizeof(staging), STAGING_PREFIX "%d", (int) getpid());
        r = write_staging(state, staging, text, &spare);
        if (r >= 0 && renameat(state, staging, state, path) < 0) {
                r = -errno;
                if (r == -ENOENT && (mkdirat(state, folder, 0755) >= 0 || errno == EEXIST))
                        r = renameat(state, staging, state, path) < 0 ? -errno : 0;
        }
        if (spare)
                ledger_file_make_spare(state);
        if (r >= 0)
                return 0;

        (void) unlinkat(state, staging, 0);
        return log_error_errno(r, "Cannot write /run/fd-shmem/%s: %m", path);
}

static bool is_stray(const char *name)
{
        char *end;
        long pid;

        if (strncmp(name, STAGING_PREFIX, strlen(STAGING_PREFIX)) != 0)
                return false;
        pid = strtol(name + strlen(STAGING_PREFIX), &end, 10);
        return *end || pid <= 0 || (kill((pid_t) pid, 0) < 0 && errno == ESRCH);
}

static void remove_strays(int state)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;

        if (io_open_directory(state, ".", 0, &dir) < 0)
                return;
        while ((entry = io_next_entry(dir)))
                if (is_stray(entry->d_name))
                        (void) unlinkat(state, entry->d_name, 0);
}

int ledger_file_remove(int state, const char *path)
{
        if (unlinkat(state, path, 0) < 0 && errno != ENOENT)
                return log_error_errno(errno, "Cannot remove /run/fd-shmem/%s: %m", path);

        remove_strays(state);
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
