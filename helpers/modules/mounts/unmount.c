/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/unmount.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/mounts/directory.h"
#include "helpers/modules/mounts/mount-table.h"

/* How long a mount that is in use may take to become free, and how often we look: a process that was
 * just killed lets go a little later than it vanishes. */
#define GRACE_MSEC 500
#define RETRY_MSEC 10

/* More obstacles than these are counted, not named. */
#define MAX_NAMED 32

void obstacles_done(struct obstacles *obstacles)
{
        holder_list_done(&obstacles->holders);
        free(obstacles->text);
        *obstacles = (struct obstacles){};
}

void obstacles_log(const struct obstacles *obstacles, int level)
{
        const char *line = obstacles->text;

        for (; line && *line; line += strcspn(line, "\n") + 1)
                (void) log_full(level, 0, "%.*s", (int) strcspn(line, "\n"), line);
}

static int __attribute__((format(printf, 2, 3)))
add_line(struct obstacles *obstacles, const char *format, ...)
{
        _cleanup_free_ char *line = NULL;
        char *text;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&line, format, ap);
        va_end(ap);
        if (r < 0)
                return log_oom();
        if (asprintf(&text, "%s%s\n", obstacles->text ?: "", line) < 0)
                return log_oom();

        free(obstacles->text);
        obstacles->text = text;
        return 0;
}

/* Names the holders from index FIRST on. */
static int name_holders(struct obstacles *obstacles, size_t first, const char *path)
{
        size_t n = obstacles->holders.n;
        int r;

        for (size_t i = first; i < n && i < first + MAX_NAMED; i++) {
                _cleanup_free_ char *holder = NULL;

                r = holder_format(&obstacles->holders.holders[i], &holder);
                if (r < 0)
                        return log_oom();
                r = add_line(obstacles, "%s: %s", path, holder);
                if (r < 0)
                        return r;
        }
        if (n > first + MAX_NAMED)
                return add_line(obstacles, "%s: and %zu more", path, n - first - MAX_NAMED);
        return 0;
}

/* Finds those who hold the file system in one of the ways USES and names them: -EBUSY; 0: there are
 * none. */
static int find_obstacles(const struct machine *machine, dev_t device, const char *path,
                          unsigned uses, struct obstacles *obstacles)
{
        size_t before = obstacles->holders.n;
        int r;

        r = holders_find(machine->procfs, device, path, uses, &obstacles->holders);
        if (r < 0)
                return log_error_errno(r, "%s: cannot find out who uses it: %m", path);
        if (obstacles->holders.n == before)
                return 0;
        r = name_holders(obstacles, before, path);
        return r < 0 ? r : -EBUSY;
}

/* A mount was refused to go: says why, and if nobody can be found, that. A namespace that has the
 * mount too is in the way only if no process is: most follow ours. */
static int explain(const struct machine *machine, dev_t device, const char *path,
                   struct obstacles *obstacles)
{
        int r;

        r = find_obstacles(machine, device, path, HOLDER_FILES, obstacles);
        if (r == 0)
                r = find_obstacles(machine, device, path, HOLDER_NAMESPACE, obstacles);
        if (r == 0)
                r = add_line(
                        obstacles,
                        "%s: in use, but no process was found that holds it (a mount below it, "
                        "swap or a loop device on it, or a namespace that is kept without a "
                        "process?)",
                        path);
        return r < 0 ? r : -EBUSY;
}

/* Whether a mount namespace that does not follow ours still has the file system with the number
 * DEVICE, which is not mounted here any more. */
static int check_detached(const struct machine *machine, struct ledger_domain *domain,
                          enum page_type type, const char *path, dev_t device,
                          struct obstacles *obstacles)
{
        int r = device ? find_obstacles(machine, device, path, HOLDER_NAMESPACE, obstacles) : 0;
        dev_t detached = r == -EBUSY ? device : 0;
        int stored = 0;

        if ((r == 0 || r == -EBUSY) && domain->detached[type] != detached) {
                domain->detached[type] = detached;
                stored = ledger_store_domain(machine, domain);
        }
        return stored < 0 ? stored : r;
}

static int read_mount(const struct machine *machine, const char *path, struct mount_info *ret)
{
        _cleanup_mount_table_ struct libmnt_table *table = NULL;
        int r;

        r = mount_table_read(machine->procfs, "self/mountinfo", &table);
        if (r >= 0)
                r = mount_table_at(table, path, ret);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "Cannot read the mount table: %m");
        return r;
}

/* One umount2(2) of NAME in the directory BASE, if that leads to DEVICE. */
static int unmount_once(const char *base, const char *name, dev_t device)
{
        _cleanup_close_ int fd = directory_open(base);
        struct stat st;
        int r = 0;

        if (fd < 0)
                return fd;
        if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        if (st.st_dev != device)
                return -ESTALE;

        if (fchdir(fd) < 0)
                return -errno;
        if (umount2(name, UMOUNT_NOFOLLOW) < 0)
                r = -errno;
        if (chdir("/") < 0 && r == 0)
                r = -errno;
        return r;
}

static int unmount_patiently(const char *base, const char *name, dev_t device)
{
        int r, waited = 0;

        while ((r = unmount_once(base, name, device)) == -EBUSY && waited < GRACE_MSEC) {
                (void) poll(NULL, 0, RETRY_MSEC);
                waited += RETRY_MSEC;
        }
        return r;
}

/* Unmounts what is topmost at PATH, if that is ours. -ENOENT: nothing is mounted there. */
static int unmount_topmost(const struct machine *machine, struct ledger_domain *domain,
                           enum page_type type, const char *path, struct obstacles *obstacles)
{
        _cleanup_mount_info_ struct mount_info info = {};
        int r;

        r = read_mount(machine, path, &info);
        if (r < 0)
                return r;
        if (!mount_info_matches(&info, type)) {
                _cleanup_free_ char *source = text_escape(info.source);

                r = add_line(obstacles, "%s: somebody mounted %s (%s) over it: unmount that first",
                             path, source ?: "?", info.fstype);
                return r < 0 ? r : -EBUSY;
        }

        r = unmount_patiently(domain->path, page_type_directory(type), info.device);
        if (r == -EBUSY)
                return explain(machine, info.device, path, obstacles);
        if (r < 0)
                return log_error_errno(r, "%s: cannot unmount: %m", path);
        log_debug("%s: unmounted.", path);
        return check_detached(machine, domain, type, path, info.device, obstacles);
}

static int unmount_type(const struct machine *machine, struct ledger_domain *domain,
                        enum page_type type, struct obstacles *obstacles)
{
        _cleanup_free_ char *path = NULL;
        int r;

        if (asprintf(&path, "%s/%s", domain->path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        r = check_detached(machine, domain, type, path, domain->detached[type], obstacles);
        while (r >= 0)
                r = unmount_topmost(machine, domain, type, path, obstacles);
        return r == -ENOENT ? 0 : r;
}

int unmount_domain(const struct machine *machine, struct ledger_domain *domain,
                   const bool types[N_PAGE_TYPES], struct obstacles *ret)
{
        int result = 0;

        *ret = (struct obstacles){};
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = types[type] ? unmount_type(machine, domain, type, ret) : 0;

                if (r < 0 && result != -EBUSY)
                        result = r;
        }
        return result;
}
