/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/query/metrics.h"

/* While it is written the file has another name: a collector reads what ends with ".prom". */
static int open_new(int directory, const char *name, FILE **ret)
{
        int fd;

        (void) unlinkat(directory, name, 0); /* of one that was killed */
        fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0)
                return -errno;
        /* The collector is another user, whatever the umask. */
        *ret = fchmod(fd, 0644) < 0 ? NULL : fdopen(fd, "w");
        if (*ret)
                return 0;
        (void) close(fd);
        return -errno;
}

static int write_new(const struct query *query, int directory, const char *name)
{
        FILE *out = NULL;
        int r = open_new(directory, name, &out);

        if (r < 0)
                return r;
        r = query_print_metrics(query, out);
        if (fclose(out) != 0 && r >= 0)
                r = -errno;
        return r;
}

static int write_file(const struct query *query, const char *parent, const char *name)
{
        _cleanup_close_ int directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
        _cleanup_free_ char *staging = NULL;
        int r;

        if (directory < 0)
                return -errno;
        /* The number of the process: another one may be writing, too. */
        if (asprintf(&staging, ".%s.%d", name, (int) getpid()) < 0)
                return -ENOMEM;
        r = write_new(query, directory, staging);
        if (r >= 0 && renameat(directory, staging, directory, name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(directory, staging, 0);
        return r;
}

int query_write_metrics(const struct query *query, const char *path)
{
        _cleanup_free_ char *parent = strdup(path), *name = strdup(path);
        int r = parent && name ? write_file(query, dirname(parent), basename(name)) : -ENOMEM;

        return r < 0 ? log_error_errno(r, "Cannot write %s: %m", path) : 0;
}
