/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/text/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"

int output_open(const char *path, struct output *ret)
{
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (fd < 0)
                return log_error_errno(errno, "Cannot open the unit directory %s: %m", path);

        *ret = (struct output){ .fd = fd, .path = path };
        return 0;
}

void output_close(struct output *output)
{
        closep(&output->fd);
}

static int make_parent(const struct output *output, const char *name)
{
        const char *slash = strchr(name, '/');
        char parent[NAME_MAX + 1];

        if (!slash)
                return 0;
        if ((size_t) (slash - name) >= sizeof(parent))
                return -ENAMETOOLONG;

        memcpy(parent, name, (size_t) (slash - name));
        parent[slash - name] = '\0';
        if (mkdirat(output->fd, parent, 0755) < 0 && errno != EEXIST)
                return -errno;
        return 0;
}

static int write_all(int fd, const char *text, size_t length)
{
        while (length > 0) {
                ssize_t n = write(fd, text, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                text += n;
                length -= (size_t) n;
        }

        return 0;
}

/* Whether the file NAME is there and holds TEXT. */
static bool has_content(const struct output *output, const char *name, const char *text)
{
        _cleanup_close_ int fd = openat(output->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        char chunk[4096];
        ssize_t n;

        if (fd < 0)
                return false;

        while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
                if (strlen(text) < (size_t) n || memcmp(text, chunk, (size_t) n) != 0)
                        return false;
                text += n;
        }

        return n == 0 && *text == '\0';
}

static int refuse_existing(const struct output *output, const char *name)
{
        return log_error_errno(
                EEXIST,
                "%s/%s: already exists with other content, leaving it; remove it, or rename the "
                "domain",
                output->path, name);
}

/* Gives the nameless file FD its name. Both ways of linux's open(2): the first wants
 * CAP_DAC_READ_SEARCH on kernels before 6.10, the second /proc and twice the time. */
static int link_file(const struct output *output, int fd, const char *name)
{
        char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

        if (linkat(fd, "", output->fd, name, AT_EMPTY_PATH) >= 0)
                return 0;
        if (errno != ENOENT)
                return -errno;

        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        return linkat(AT_FDCWD, path, output->fd, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

int output_write_file(const struct output *output, const char *name, const char *text)
{
        _cleanup_close_ int fd = -1;
        int r;

        r = make_parent(output, name);
        if (r >= 0) {
                fd = openat(output->fd, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);
                r = fd < 0 ? -errno : write_all(fd, text, strlen(text));
        }
        if (r >= 0)
                r = link_file(output, fd, name);

        if (r == -EEXIST)
                return has_content(output, name, text) ? 0 : refuse_existing(output, name);
        if (r < 0)
                return log_error_errno(r, "Cannot write %s/%s: %m", output->path, name);
        return 0;
}

static bool has_target(const struct output *output, const char *name, const char *target)
{
        char found[PATH_MAX];
        ssize_t n = readlinkat(output->fd, name, found, sizeof(found));

        return n >= 0 && (size_t) n == strlen(target) && memcmp(found, target, (size_t) n) == 0;
}

static int make_link(const struct output *output, const char *name, const char *target)
{
        return symlinkat(target, output->fd, name) < 0 ? -errno : 0;
}

int output_write_link(const struct output *output, const char *name, const char *target)
{
        int r;

        r = make_link(output, name, target);
        if (r == -ENOENT) {
                r = make_parent(output, name);
                if (r >= 0)
                        r = make_link(output, name, target);
        }

        if (r == -EEXIST)
                return has_target(output, name, target) ? 0 : refuse_existing(output, name);
        if (r < 0)
                return log_error_errno(r, "Cannot link %s/%s to %s: %m", output->path, name,
                                       target);
        return 0;
}
