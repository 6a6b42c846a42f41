/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/fstab.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/keys/path.h"

#define LINE_SIZE 8192

void fstab_done(struct fstab *fstab)
{
        for (size_t i = 0; i < fstab->n_paths; i++)
                free(fstab->paths[i]);
        free(fstab->paths);
        *fstab = (struct fstab){};
}

static int compare_paths(const void *a, const void *b)
{
        return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Mount points may be written through symbolic links; systemd mounts where they lead to. */
static int add_path(struct fstab *fstab, int root_fd, const char *directory)
{
        _cleanup_free_ char *path = NULL;
        char **paths;
        int r;

        r = path_canonicalize(root_fd, directory, &path);
        if (r == -ENOMEM)
                return r;
        if (r < 0)
                return 0; /* systemd cannot mount there either, and says so */

        paths = reallocarray(fstab->paths, fstab->n_paths + 1, sizeof(*paths));
        if (!paths)
                return -ENOMEM;
        fstab->paths = paths;
        fstab->paths[fstab->n_paths++] = TAKE_PTR(path);
        return 0;
}

static int read_entries(FILE *file, int root_fd, struct fstab *fstab)
{
        char line[LINE_SIZE];
        struct mntent entry;

        while (getmntent_r(file, &entry, line, sizeof(line))) {
                int r;

                if (entry.mnt_dir[0] != '/')
                        continue; /* swap */
                r = add_path(fstab, root_fd, entry.mnt_dir);
                if (r < 0)
                        return r;
        }

        return ferror(file) ? -EIO : 0;
}

/* As in conf/file.c: no file is opened whose opening blocks or has side effects. -EBADF. */
static int open_fstab(int root_fd)
{
        struct stat st;
        int fd;

        if (fstatat(root_fd, "etc/fstab", &st, 0) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return -EBADF;
        fd = openat(root_fd, "etc/fstab", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

int fstab_load(int root_fd, struct fstab *ret)
{
        _cleanup_fstab_ struct fstab fstab = {};
        _cleanup_fclose_ FILE *file = NULL;
        int fd, r;

        fd = open_fstab(root_fd);
        if (fd == -EBADF)
                log_warning("/etc/fstab: is not a regular file, assuming it is empty");
        else if (fd < 0 && fd != -ENOENT)
                return log_error_errno(fd, "Cannot open /etc/fstab: %m");
        if (fd >= 0) {
                file = fdopen(fd, "re");
                if (!file) {
                        close(fd);
                        return log_oom();
                }
                r = read_entries(file, root_fd, &fstab);
                if (r < 0)
                        return log_error_errno(r, "Cannot read /etc/fstab: %m");
                if (fstab.n_paths > 0)
                        qsort(fstab.paths, fstab.n_paths, sizeof(*fstab.paths), compare_paths);
        }

        *ret = fstab;
        fstab = (struct fstab){};
        return 0;
}

bool fstab_has_mount(const struct fstab *fstab, const char *path)
{
        return fstab->n_paths > 0 &&
               bsearch(&path, fstab->paths, fstab->n_paths, sizeof(*fstab->paths), compare_paths);
}
