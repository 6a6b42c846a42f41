/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/sysfs.h"

struct search {
        dev_t device;
        const char *mount_path;
        unsigned uses;
        ino_t *namespaces; /* mount namespaces that were looked at, ours first */
        size_t n_namespaces;
};

void holder_list_done(struct holder_list *list)
{
        for (size_t i = 0; i < list->n; i++) {
                free(list->holders[i].command);
                free(list->holders[i].region);
        }
        free(list->holders);
        *list = (struct holder_list){};
}

/* The target of the link NAME as the name of a region: what follows the mount's path; the last
 * component if the holder sees the mount elsewhere. Removed files have " (deleted)" appended. */
static char *read_region(int fd, const char *name, const char *mount_path)
{
        static const char deleted[] = " (deleted)";
        char target[PATH_MAX + sizeof deleted];
        size_t length = strlen(mount_path);
        const char *slash;
        ssize_t n;

        n = readlinkat(fd, name, target, sizeof target - 1);
        if (n <= 0)
                return NULL;
        target[n] = '\0';
        if ((size_t) n >= sizeof deleted && strcmp(target + n - strlen(deleted), deleted) == 0)
                target[n - strlen(deleted)] = '\0';

        if (strncmp(target, mount_path, length) == 0 && target[length] == '/')
                return strdup(target + length + 1);
        if (strcmp(target, mount_path) == 0)
                return NULL; /* the mount's root itself */
        slash = strrchr(target, '/');
        return slash && slash[1] ? strdup(slash + 1) : NULL;
}

/* Whether the link NAME in the directory FD leads to the file system that is searched for. */
static bool leads_there(const struct search *search, int fd, const char *name)
{
        struct stat st;

        return fstatat(fd, name, &st, 0) == 0 && st.st_dev == search->device;
}

static void look_at_link(const struct search *search, int process, const char *name,
                         enum holder_use use, struct holder *holder)
{
        if ((search->uses & use) && leads_there(search, process, name))
                holder->use |= use;
}

static void look_at_links(const struct search *search, int process, const char *name,
                          enum holder_use use, struct holder *holder)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int fd;

        if (!(search->uses & use))
                return;
        fd = openat(process, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return;
        dir = fdopendir(fd);
        if (!dir) {
                close(fd);
                return;
        }

        while ((entry = readdir(dir))) {
                if (entry->d_name[0] == '.' || !leads_there(search, fd, entry->d_name))
                        continue;
                holder->use |= use;
                if (!holder->region)
                        holder->region = read_region(fd, entry->d_name, search->mount_path);
                if (holder->region)
                        return;
        }
}

/* Whether the namespace was not looked at yet; it is from now on. */
static bool is_new_namespace(struct search *search, int process)
{
        struct stat st;
        ino_t *namespaces;

        if (fstatat(process, "ns/mnt", &st, 0) < 0)
                return false;
        for (size_t i = 0; i < search->n_namespaces; i++)
                if (search->namespaces[i] == st.st_ino)
                        return false;

        namespaces = reallocarray(search->namespaces, search->n_namespaces + 1, sizeof *namespaces);
        if (!namespaces)
                return false;
        search->namespaces = namespaces;
        search->namespaces[search->n_namespaces++] = st.st_ino;
        return true;
}

static void look_at_namespace(struct search *search, int process, struct holder *holder)
{
        _cleanup_mount_table_ struct libmnt_table *table = NULL;

        if (!(search->uses & HOLDER_NAMESPACE) || !is_new_namespace(search, process))
                return;
        if (mount_table_read(process, "mountinfo", &table) < 0)
                return;
        if (mnt_table_find_devno(table, search->device, MNT_ITER_FORWARD))
                holder->use |= HOLDER_NAMESPACE;
}

static int add_holder(struct holder_list *list, struct holder *holder)
{
        struct holder *holders;

        holders = reallocarray(list->holders, list->n + 1, sizeof *holders);
        if (!holders)
                return -ENOMEM;
        list->holders = holders;
        list->holders[list->n++] = *holder;
        *holder = (struct holder){};
        return 0;
}

static int look_at_process(struct search *search, int procfs, const char *name,
                           struct holder_list *list)
{
        _cleanup_close_ int process =
                openat(procfs, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct holder holder = { .pid = atoi(name) };
        struct stat st;
        int r = 0;

        if (process < 0 || fstat(process, &st) < 0)
                return 0;

        look_at_links(search, process, "map_files", HOLDER_MAPPED, &holder);
        look_at_links(search, process, "fd", HOLDER_OPEN, &holder);
        look_at_link(search, process, "cwd", HOLDER_CWD, &holder);
        look_at_link(search, process, "root", HOLDER_ROOT, &holder);
        look_at_namespace(search, process, &holder);

        if (holder.use) {
                holder.uid = st.st_uid;
                if (sysfs_read(process, "comm", &holder.command, NULL) >= 0)
                        holder.command[strcspn(holder.command, "\n")] = '\0';
                r = add_holder(list, &holder);
        }
        free(holder.command);
        free(holder.region);
        return r;
}

static int compare_pid(const void *a, const void *b)
{
        const struct holder *x = a, *y = b;

        return (x->pid > y->pid) - (x->pid < y->pid);
}

int holders_find(int procfs, dev_t device, const char *mount_path, unsigned uses,
                 struct holder_list *list)
{
        struct search search = { .device = device, .mount_path = mount_path, .uses = uses };
        _cleanup_closedir_ DIR *dir = NULL;
        size_t before = list->n;
        struct dirent *entry;
        int fd, r = 0;

        fd = openat(procfs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        dir = fdopendir(fd);
        if (!dir) {
                close(fd);
                return -ENOMEM;
        }

        int self = openat(procfs, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (self >= 0) {
                is_new_namespace(&search, self);
                close(self);
        }
        while (r >= 0 && (entry = readdir(dir)))
                if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
                    atoi(entry->d_name) != getpid())
                        r = look_at_process(&search, procfs, entry->d_name, list);

        free(search.namespaces);
        if (list->n > before + 1)
                qsort(list->holders + before, list->n - before, sizeof *list->holders, compare_pid);
        return r < 0 ? r : 0;
}

static const char *describe_use(unsigned use)
{
        if (use & HOLDER_MAPPED)
                return "mapped";
        if (use & HOLDER_OPEN)
                return "open";
        if (use & HOLDER_CWD)
                return "as its working directory";
        if (use & HOLDER_ROOT)
                return "as its root directory";
        return "mounted in its own mount namespace";
}

int holder_format(const struct holder *holder, char **ret)
{
        struct passwd *user = getpwuid(holder->uid);
        _cleanup_free_ char *name = NULL, *command = text_escape(holder->command ?: "?"),
                            *region = text_escape(holder->region ?: "");
        char uid[24], *text;

        snprintf(uid, sizeof uid, "%u", (unsigned) holder->uid);
        name = text_escape(user ? user->pw_name : uid);
        if (!name || !command || !region)
                return -ENOMEM;
        if (asprintf(&text, "pid %d (user %s, command %s) has %s%s %s", (int) holder->pid, name,
                     command, holder->region ? "region " : "the directory", region,
                     describe_use(holder->use)) < 0)
                return -ENOMEM;

        *ret = text;
        return 0;
}
