/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/search-path.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "conf/keys/path.h"

static const char *const directories[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib" };

#define _cleanup_list_ _cleanup_(file_list_done)

int file_list_add(struct file_list *list, const char *path)
{
        char **paths = reallocarray(list->paths, list->n + 1, sizeof(*paths));

        if (!paths)
                return -ENOMEM;
        list->paths = paths;

        paths[list->n] = strdup(path);
        if (!paths[list->n])
                return -ENOMEM;
        list->n++;
        return 0;
}

void file_list_done(struct file_list *list)
{
        for (size_t i = 0; i < list->n; i++)
                free(list->paths[i]);
        free(list->paths);
        *list = (struct file_list){};
}

static int add_joined(struct file_list *list, const char *directory, const char *name)
{
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", directory, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        return file_list_add(list, path);
}

/* Opens the directory PATH below ROOT_FD; -ENOENT if there is none. */
static int open_directory(int root_fd, const char *path)
{
        _cleanup_free_ char *canonical = NULL;
        int r, fd;

        r = path_canonicalize(root_fd, path, &canonical);
        if (r < 0)
                return r == -ENOTDIR ? -ENOENT : r;

        fd = openat(root_fd, canonical[1] ? canonical + 1 : ".",
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
                return errno == ENOTDIR ? -ENOENT : -errno;
        return fd;
}

/* Adds DIRECTORY/NAME to LIST if there is such an entry, whatever it is: 1, or 0 if there is none. */
static int add_main_file(int root_fd, const char *directory, const char *name,
                         struct file_list *list)
{
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        fd = open_directory(root_fd, directory);
        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;

        if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : -errno;

        r = add_joined(list, directory, name);
        return r < 0 ? r : 1;
}

static int is_drop_in(const struct dirent *entry)
{
        size_t n = strlen(entry->d_name);

        return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".conf") == 0;
}

/* Adds the drop-ins in the directory PATH to LIST. */
static int add_drop_ins(int root_fd, const char *path, struct file_list *list)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        _cleanup_close_ int fd = open_directory(root_fd, path);
        int r;

        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        r = io_open_directory(fd, ".", 0, &dir);
        if (r < 0)
                return r;

        while ((entry = io_next_entry(dir))) {
                if (!is_drop_in(entry))
                        continue;
                r = add_joined(list, path, entry->d_name);
                if (r < 0)
                        return r;
        }
        return -errno;
}

static size_t directory_rank(const char *path)
{
        size_t i = 0;

        while (i < ELEMENTSOF(directories) &&
               !(strncmp(path, directories[i], strlen(directories[i])) == 0 &&
                 path[strlen(directories[i])] == '/'))
                i++;
        return i;
}

static int compare_names(const void *a, const void *b)
{
        char *const *p = a, *const *q = b;

        return strcmp(strrchr(*p, '/') + 1, strrchr(*q, '/') + 1);
}

/* By base name, then by directory, as only GNU's qsort(3) of some versions is stable. */
static int compare_paths(const void *a, const void *b)
{
        size_t rank_a = directory_rank(*(char *const *) a),
               rank_b = directory_rank(*(char *const *) b);
        int r = compare_names(a, b);

        return r != 0 ? r : (rank_a > rank_b) - (rank_a < rank_b);
}

/* Sorts the paths by their base names; of one name, only that of the earliest directory stays. */
static void merge_by_name(struct file_list *list)
{
        size_t kept = 0;

        if (list->n == 0)
                return;

        qsort(list->paths, list->n, sizeof(*list->paths), compare_paths);
        for (size_t i = 0; i < list->n; i++)
                if (kept > 0 && compare_names(&list->paths[kept - 1], &list->paths[i]) == 0)
                        free(list->paths[i]);
                else
                        list->paths[kept++] = list->paths[i];
        list->n = kept;
}

static int find_main_file(const struct search *search, struct file_list *list)
{
        int r = 0;

        for (size_t i = 0; i < ELEMENTSOF(directories) && r <= 0; i++) {
                r = add_main_file(search->root_fd, directories[i], search->name, list);
                if (r == -ENOMEM)
                        return r;
                if (r < 0)
                        search->problem(directories[i], r, search->userdata);
        }
        return 0;
}

static int find_drop_ins(const struct search *search, struct file_list *list)
{
        int r;

        for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
                _cleanup_free_ char *path = NULL;

                if (asprintf(&path, "%s/%s.d", directories[i], search->name) < 0) {
                        path = NULL;
                        return -ENOMEM;
                }

                r = add_drop_ins(search->root_fd, path, list);
                if (r == -ENOMEM)
                        return r;
                if (r < 0)
                        search->problem(path, r, search->userdata);
        }

        merge_by_name(list);
        return 0;
}

/* Finds the file PATH if nobody but root can have written it: 1, or 0 if there is none. */
static int look_for_trusted(int root_fd, const char *path)
{
        _cleanup_path_hazard_ struct path_hazard hazard = {};
        _cleanup_free_ char *canonical = NULL;
        struct path_root root;
        struct stat st;
        int r;

        r = path_root_look(root_fd, &root);
        if (r >= 0)
                r = path_chase(&root, path, &hazard, &canonical);
        if (r < 0)
                return r == -ENOTDIR ? 0 : r;
        if (fstatat(root_fd, canonical + 1, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : -errno;
        return path_judge(&root.trust, &st, NULL) == PATH_SAFE ? 1 : -ENOLINK;
}

static int find_credential(const struct search *search, struct file_list *list)
{
        _cleanup_free_ char *path = NULL;
        int r;

        if (asprintf(&path, SEARCH_CREDENTIALS "/%s", search->name) < 0) {
                path = NULL;
                return -ENOMEM;
        }

        r = look_for_trusted(search->root_fd, path);
        if (r == -ENOMEM)
                return r;
        if (r < 0)
                search->problem(path, r, search->userdata);
        return r > 0 ? file_list_add(list, path) : 0;
}

int search_files(const struct search *search, struct file_list *ret)
{
        _cleanup_list_ struct file_list files = {}, drop_ins = {};
        int r;

        r = find_main_file(search, &files);
        if (r < 0)
                return r;
        r = find_drop_ins(search, &drop_ins);
        if (r < 0)
                return r;

        for (size_t i = 0; i < drop_ins.n; i++) {
                r = file_list_add(&files, drop_ins.paths[i]);
                if (r < 0)
                        return r;
        }
        r = find_credential(search, &files);
        if (r < 0)
                return r;

        *ret = files;
        files = (struct file_list){};
        return 0;
}
