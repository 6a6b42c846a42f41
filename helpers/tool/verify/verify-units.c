/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "basic/log.h"
#include "generator/fstab.h"
#include "generator/text/output.h"
#include "generator/unit-set.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/tool/verify/verify.h"

/* Prints the contents of the directory FD, which is named DIRECTORY (NULL: the topmost). */
static int print_entries(int fd, const char *directory, FILE *out);

static int print_file(int fd, const char *entry, const char *name, FILE *out)
{
        _cleanup_free_ char *text = NULL;
        int r;

        r = sysfs_read(fd, entry, &text, NULL);
        if (r < 0)
                return r;
        fprintf(out, "# %s\n%s\n", name, text);
        return 0;
}

static int print_link(int fd, const char *entry, const char *name, FILE *out)
{
        char target[PATH_MAX];
        ssize_t n = readlinkat(fd, entry, target, sizeof(target) - 1);

        if (n < 0)
                return -errno;
        target[n] = '\0';
        fprintf(out, "# %s -> %s\n\n", name, target);
        return 0;
}

static int print_entry(int fd, const char *directory, const char *entry, FILE *out)
{
        _cleanup_free_ char *name = NULL;
        _cleanup_close_ int child = -1;
        struct stat st;

        if (asprintf(&name, "%s%s%s", directory ?: "", directory ? "/" : "", entry) < 0) {
                name = NULL;
                return -ENOMEM;
        }
        if (fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        if (S_ISDIR(st.st_mode)) {
                child = directory_open_at(fd, entry);
                return child < 0 ? child : print_entries(child, entry, out);
        }
        if (S_ISLNK(st.st_mode))
                return print_link(fd, entry, name, out);
        return print_file(fd, entry, name, out);
}

/* Sorted, so that two runs can be compared. */
static int print_entries(int fd, const char *directory, FILE *out)
{
        struct dirent **entries;
        int n, r = 0;

        n = scandirat(fd, ".", &entries, NULL, alphasort);
        if (n < 0)
                return -errno;

        for (int i = 0; i < n; i++) {
                const char *name = entries[i]->d_name;

                if (r >= 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
                        r = print_entry(fd, directory, name, out);
                free(entries[i]);
        }
        free(entries);
        return r;
}

static int write_and_print(const char *path, int root, const struct config *config, FILE *out)
{
        _cleanup_output_ struct output output = { .fd = -1 };
        _cleanup_fstab_ struct fstab fstab = {};
        int r;

        r = fstab_load(root, &fstab);
        if (r < 0)
                return r;
        r = output_open(path, &output);
        if (r < 0)
                return r;
        r = unit_set_write(&output, config, &fstab);
        if (r < 0)
                return r;

        r = print_entries(output.fd, NULL, out);
        return r < 0 ? log_error_errno(r, "Cannot read %s: %m", path) : 0;
}

/* Removes the scratch directory; leftovers are harmless. */
static void remove_scratch(const char *path)
{
        int fd = directory_open(path);

        if (fd >= 0) {
                (void) directory_empty(fd, NULL);
                close(fd);
        }
        (void) rmdir(path);
}

int verify_print_units(int root, const struct config *config, FILE *out)
{
        char path[] = "/tmp/fd-shmem-verify-XXXXXX";
        int r;

        if (!mkdtemp(path))
                return log_error_errno(errno, "cannot make a directory below /tmp: %m");

        r = config->n_domains > 0 ? write_and_print(path, root, config, out) : 0;
        remove_scratch(path);
        return r;
}
