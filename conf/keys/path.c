/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/keys/path.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/words/page-type.h"
#include "basic/words/unit-name.h"

/* As many as the kernel follows (include/linux/namei.h: MAXSYMLINKS). */
#define LINKS_MAX 40

struct walk {
        int root_fd;
        char done[PATH_MAX]; /* resolved; "" is the root directory, else starts with a slash */
        char rest[PATH_MAX]; /* still to be walked */
        unsigned links;
        bool missing; /* DONE does not exist: nothing in it can be a link */

        /* NULL: directories of any owner are accepted, and the rest is not used */
        struct path_hazard *hazard;
        const struct path_root *root;
        struct stat dir; /* of DONE */
};

/* Moves the first component of WALK->rest to NAME; false at the end. */
static bool next_component(struct walk *walk, char name[static PATH_MAX])
{
        char *start = walk->rest + strspn(walk->rest, "/");
        size_t n = strcspn(start, "/");

        memcpy(name, start, n);
        name[n] = '\0';
        memmove(walk->rest, start + n, strlen(start + n) + 1);
        return n > 0;
}

static void remove_last(char *path)
{
        char *slash = strrchr(path, '/');

        if (slash)
                *slash = '\0';
}

static int append(char path[static PATH_MAX], const char *name)
{
        size_t length = strlen(path);

        if (length + 1 + strlen(name) >= PATH_MAX)
                return -ENAMETOOLONG;

        path[length] = '/';
        strcpy(path + length + 1, name);
        return 0;
}

/* Looks at the file that the resolved PATH refers to. */
static int look_at(const struct walk *walk, const char *path, struct stat *ret)
{
        const char *name = path[0] ? path + 1 : "";

        if (fstatat(walk->root_fd, name, ret, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0)
                return -errno;
        return 0;
}

int path_root_look(int root_fd, struct path_root *ret)
{
        struct path_root root = { .fd = root_fd, .trust = PATH_TRUST_ROOT };
        struct stat st;

        if (fstat(root_fd, &root.stat) < 0 || stat("/", &st) < 0)
                return -errno;
        if (st.st_dev != root.stat.st_dev || st.st_ino != root.stat.st_ino)
                root.trust = (struct path_trust){
                        .owner = root.stat.st_uid,
                        .by_group = true,
                        .group = root.stat.st_gid,
                };
        *ret = root;
        return 0;
}

/* WALK->done is ENTRY (NULL: it does not exist) of WALK->dir. */
static int judge(struct walk *walk, const struct stat *entry)
{
        struct path_hazard *hazard = walk->hazard;

        if (!hazard)
                return 0;

        hazard->shared = path_is_shared(&walk->root->trust, &walk->dir);
        hazard->kind = path_judge(&walk->root->trust, &walk->dir, entry);
        if (hazard->kind == PATH_SAFE)
                return 0;

        hazard->stat = hazard->kind == PATH_ENTRY ? *entry : walk->dir;
        if (hazard->kind != PATH_ENTRY)
                remove_last(walk->done);
        hazard->path = strdup(walk->done[0] ? walk->done : "/");
        return hazard->path ? -ENOLINK : -ENOMEM;
}

static int go_up(struct walk *walk)
{
        char above[PATH_MAX];
        struct stat st;
        int r;

        remove_last(walk->done);
        walk->missing = false;
        if (!walk->hazard)
                return 0;
        r = look_at(walk, walk->done, &walk->dir);
        walk->missing = r == -ENOENT;
        if (r < 0)
                return walk->missing ? 0 : r;

        strcpy(above, walk->done);
        remove_last(above);
        r = look_at(walk, above, &st);
        walk->hazard->shared = r >= 0 && path_is_shared(&walk->root->trust, &st);
        return r;
}

/* The last component of WALK->done is a link to TARGET: continues from there. */
static int follow(struct walk *walk, char target[static PATH_MAX])
{
        int r;

        if (++walk->links > LINKS_MAX)
                return -ELOOP;

        r = append(target, walk->rest);
        if (r < 0)
                return r;
        strcpy(walk->rest, target);

        remove_last(walk->done);
        if (target[0] != '/')
                return 0;
        walk->done[0] = '\0';
        if (walk->hazard)
                walk->dir = walk->root->stat;
        return 0;
}

static int enter(struct walk *walk, const char *name)
{
        char target[PATH_MAX];
        struct stat entry;
        ssize_t n;
        int r;

        r = append(walk->done, name);
        if (r < 0)
                return r;
        if (walk->missing) {
                if (walk->hazard)
                        walk->hazard->shared = false; /* the directory above will be ours */
                return 0;
        }

        r = look_at(walk, walk->done, &entry);
        walk->missing = r == -ENOENT;
        if (walk->missing)
                return judge(walk, NULL);
        if (r >= 0)
                r = judge(walk, &entry);
        if (r < 0)
                return r;

        if (!S_ISLNK(entry.st_mode)) {
                walk->dir = entry;
                return 0;
        }
        n = readlinkat(walk->root_fd, walk->done + 1, target, sizeof(target));
        if (n < 0)
                return -errno;
        if (n == sizeof(target))
                return -ENAMETOOLONG;

        target[n] = '\0';
        return follow(walk, target);
}

static int walk_through(struct walk *walk)
{
        char name[PATH_MAX];
        int r = 0;

        while (r >= 0 && next_component(walk, name)) {
                if (strcmp(name, ".") == 0)
                        continue;
                r = strcmp(name, "..") == 0 ? go_up(walk) : enter(walk, name);
        }
        return r;
}

static int resolve(struct walk *walk, const char *path, char **ret)
{
        char *result;
        int r;

        if (strlen(path) >= sizeof(walk->rest))
                return -ENAMETOOLONG;
        strcpy(walk->rest, path);

        r = walk_through(walk);
        if (r < 0)
                return r;

        result = strdup(walk->done[0] ? walk->done : "/");
        if (!result)
                return -ENOMEM;

        *ret = result;
        return 0;
}

/* Member by member: setting all of both paths to zero would be a seventh of a generator's work. */
static void walk_init(struct walk *walk, int root_fd)
{
        walk->root_fd = root_fd;
        walk->done[0] = '\0';
        walk->rest[0] = '\0';
        walk->links = 0;
        walk->missing = false;
        walk->hazard = NULL;
        walk->root = NULL;
}

int path_canonicalize(int root_fd, const char *path, char **ret)
{
        struct walk walk;

        walk_init(&walk, root_fd);
        return resolve(&walk, path, ret);
}

int path_chase(const struct path_root *root, const char *path, struct path_hazard *hazard,
               char **ret)
{
        struct walk walk;

        walk_init(&walk, root->fd);
        walk.root = root;
        walk.hazard = hazard;
        walk.dir = root->stat;
        return resolve(&walk, path, ret);
}

int path_check_text(const char *path, const char **ret_reason)
{
        if (path[0] != '/') {
                *ret_reason = "is not absolute; it must start with a slash";
                return -EINVAL;
        }

        for (const char *p = path; *p; p++)
                if ((unsigned char) *p < ' ' || *p == 0x7f || *p == '\\') {
                        *ret_reason =
                                "has a backslash or a control character, which a unit file cannot "
                                "hold";
                        return -EINVAL;
                }

        for (const char *p = path; (p = strstr(p, "/..")); p += 3)
                if (p[3] == '/' || p[3] == '\0') {
                        *ret_reason = "contains '..'; write the path without it";
                        return -EINVAL;
                }
        return 0;
}

static bool is_one_of(const char *path, const char *const *list, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (strcmp(path, list[i]) == 0)
                        return true;

        return false;
}

static bool is_below_one_of(const char *path, const char *const *list, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                size_t length = strlen(list[i]);

                if (strncmp(path, list[i], length) == 0 && path[length] == '/')
                        return true;
        }
        return false;
}

static int check_mount_name(const char *path, const char **ret_reason)
{
        _cleanup_free_ char *where = NULL, *name = NULL;
        int r;

        if (asprintf(&where, "%s/%s", path, page_type_directory(PAGE_LARGEST)) < 0)
                return -ENOMEM;

        r = unit_name_from_path(where, ".mount", &name);
        if (r == -ENAMETOOLONG)
                *ret_reason = "is too long: the name of the mount unit, where every character but "
                              "letters, digits, ':', '_' and '.' takes four, would exceed 255";
        return r;
}

int path_check_place(const char *path, const char **ret_reason)
{
        /* Kernel file systems, where no directory can be created, and the directories of PID 1 and
         * fd-shmem. */
        static const char *const closed[] = { "/proc", "/sys", "/run/fd-shmem", "/run/systemd" };
        /* A directory in these is fine, but not they themselves (file-hierarchy(7)). */
        static const char *const shared[] = {
                "/",           "/bin",       "/boot",      "/dev",       "/dev/hugepages",
                "/dev/mqueue", "/dev/shm",   "/efi",       "/etc",       "/home",
                "/lib",        "/lib32",     "/lib64",     "/libx32",    "/media",
                "/mnt",        "/opt",       "/root",      "/run",       "/run/lock",
                "/run/user",   "/sbin",      "/srv",       "/tmp",       "/usr",
                "/usr/bin",    "/usr/lib",   "/usr/local", "/usr/sbin",  "/usr/share",
                "/var",        "/var/cache", "/var/home",  "/var/lib",   "/var/log",
                "/var/mnt",    "/var/opt",   "/var/run",   "/var/spool", "/var/srv",
                "/var/tmp",
        };

        if (is_one_of(path, closed, ELEMENTSOF(closed)) ||
            is_below_one_of(path, closed, ELEMENTSOF(closed))) {
                *ret_reason =
                        "is in /proc, /sys, /run/systemd or /run/fd-shmem, where no domain can be";
                return -EINVAL;
        }
        if (is_one_of(path, shared, ELEMENTSOF(shared))) {
                *ret_reason =
                        "is a system directory, which cannot become a domain's; use a directory in "
                        "it";
                return -EINVAL;
        }
        return check_mount_name(path, ret_reason);
}
