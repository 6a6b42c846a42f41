/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/unmount.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/mounts/mount-end.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/stop/holder-report.h"
#include "helpers/modules/stop/own-mount.h"

/* How long a mount that is in use may take to become free, and how often we look: a process that was just
 * killed releases it slightly after it disappears. */
#define GRACE_MSEC 500
#define RETRY_MSEC 10

/* How often a mount may have gone, or moved, between the look and the unmount. */
#define OVERTAKEN_MAX 100

/* One attempt at a domain. */
struct attempt {
        struct holder_report holders;
        const struct ledger_domain *domain;
        struct unmounted *ends;
        unsigned overtaken; /* how often a mount had gone when it was to be unmounted */
};

/* -ENOENT: nothing of ours is mounted. -EBUSY: something else is mounted over it, which is entered. */
static int find_mount(const struct attempt *attempt, const struct mount_table *table,
                      enum page_type type, struct own_mount *ret)
{
        _cleanup_free_ char *over = NULL;
        int r = own_mount_find(table, attempt->domain, type, ret, &over);

        if (r == -EMEDIUMTYPE) {
                r = blockers_add(attempt->holders.blockers,
                                 "%s: somebody mounted %s over it; unmount that first", ret->path,
                                 over);
                return r < 0 ? r : -EBUSY;
        }
        return r < 0 && r != -ENOENT ? log_error_errno(r, "Cannot find %s: %m", ret->path) : r;
}

static struct holder_target make_target(const struct own_mount *mount)
{
        return (struct holder_target){
                .path = mount->path,
                .access = access_of_mount(mount->path, mount->device),
                .search = { .device = mount->device, .type = mount->type, .place = &mount->place },
        };
}

/* The same file system at another place of our own mount table: root put it there. */
static int look_beside(const struct attempt *attempt, const struct mount_table *table,
                       const struct own_mount *mount)
{
        _cleanup_free_ char *other = own_mount_also_at(table, attempt->domain, mount);
        _cleanup_free_ char *escaped = other ? text_escape(other) : NULL;
        int r;

        if (!other)
                return 0;
        r = blockers_add(attempt->holders.blockers, "%s: is mounted at %s, too; unmount that first",
                         mount->path, escaped ?: "?");
        return r < 0 ? r : -EBUSY;
}

/* Finds uses that do not make unmounting busy: files that a process of another mount namespace has open
 * by a copy of its own, and mounts of the same file system at other places. Processes in our own
 * namespace need not be examined for that. -EBUSY: there are such uses, and nothing was changed. */
static int look(struct attempt *attempt, const bool types[N_PAGE_TYPES])
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        struct holder_target targets[N_PAGE_TYPES];
        struct own_mount mounts[N_PAGE_TYPES] = {};
        size_t n = 0;
        int r, result = 0;

        r = mount_table_load(attempt->holders.machine, &table);
        for (int type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                r = types[type] ? find_mount(attempt, table, type, &mounts[type]) : -ENOENT;
                if (r >= 0) {
                        targets[n++] = make_target(&mounts[type]);
                        r = look_beside(attempt, table, &mounts[type]);
                }
                if (r == -EBUSY)
                        result = r;
                r = r == -ENOENT || r == -EBUSY ? 0 : r;
        }
        if (r >= 0)
                r = holder_report_find(&attempt->holders, targets, n, HOLDER_ANY, true);

        for (int type = 0; type < N_PAGE_TYPES; type++)
                own_mount_done(&mounts[type]);
        return r < 0 ? r : result;
}

/* Unmounting was refused: logs the reason, or that no holder was found. */
static int explain(struct attempt *attempt, const struct own_mount *mount)
{
        const struct holder_target target = make_target(mount);
        int r;

        r = holder_report_find(&attempt->holders, &target, 1, HOLDER_FILES, false);
        if (r == 0)
                r = blockers_add(attempt->holders.blockers,
                                 "%s: in use, but no process was found that holds it (a mount "
                                 "below it, swap or a loop device on it, a descriptor on its way "
                                 "between processes, or a namespace that is kept without a "
                                 "process?)",
                                 mount->path);
        return r < 0 ? r : -EBUSY;
}

/* The last step before the unmount: from here on, we notice when the file system is destroyed. */
static void watch_end(struct attempt *attempt, const struct own_mount *mount, int dirfd,
                      const char *name)
{
        struct unmounted_mount *end = attempt->ends ? &attempt->ends->mounts[mount->type] : NULL;
        int watch;

        if (!end || end->watch > 0)
                return;
        watch = mount_end_watch(dirfd, name);
        if (watch < 0) {
                (void) log_debug_errno(watch, "Cannot watch %s: %m", mount->path);
                return;
        }
        *end = (struct unmounted_mount){
                .watch = watch + 1,
                .device = mount->device,
                .path = strdup(mount->path),
                .access = access_of_mount(mount->path, mount->device),
        };
}

/* One umount2(2) of MOUNT, if its name still leads to its file system. */
static int unmount_once(struct attempt *attempt, const struct own_mount *mount)
{
        const char *name;
        _cleanup_close_ int fd = directory_open_parent(mount->path, &name);
        struct stat st;
        int r = 0;

        if (fd < 0)
                return fd;
        if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        if (st.st_dev != mount->device)
                return -ESTALE;
        watch_end(attempt, mount, fd, name);

        if (fchdir(fd) < 0)
                return -errno;
        if (umount2(name, UMOUNT_NOFOLLOW) < 0)
                r = errno == EINVAL ? -ESTALE : -errno; /* not mounted there any more */
        /* No other code searches for a mount that the owner has moved. */
        if (r == 0 && mount->moved && unlinkat(fd, name, AT_REMOVEDIR) < 0)
                (void) log_debug_errno(errno, "Cannot remove %s: %m", mount->path);
        if (chdir("/") < 0 && r == 0)
                r = -errno;
        return r;
}

/* Unmounts the topmost mount, if it is ours. -ENOENT: nothing is mounted any more. If a mount has
 * disappeared since the mount table was read, because systemd unmounts at the same time, the table is
 * read again. */
static int unmount_topmost(struct attempt *attempt, enum page_type type)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_own_mount_ struct own_mount mount = {};
        int r, waited = 0;

        r = mount_table_load(attempt->holders.machine, &table);
        if (r >= 0)
                r = find_mount(attempt, table, type, &mount);
        if (r < 0)
                return r;
        if (mount.moved)
                log_notice("%s/%s: was moved to %s", attempt->domain->path,
                           page_type_directory(type), mount.path);

        while ((r = unmount_once(attempt, &mount)) == -EBUSY && waited < GRACE_MSEC) {
                (void) poll(NULL, 0, RETRY_MSEC);
                waited += RETRY_MSEC;
        }
        if (r == -EBUSY)
                return explain(attempt, &mount);
        if (r == -ESTALE && ++attempt->overtaken < OVERTAKEN_MAX)
                return 0;
        if (r < 0)
                return log_error_errno(r, "Cannot unmount %s: %m", mount.path);
        log_debug("%s: unmounted.", mount.path);
        return 0;
}

int unmount_domain(const struct machine *machine, const struct ledger_domain *domain,
                   const bool types[N_PAGE_TYPES], struct unmounted *ends, struct blockers *ret)
{
        struct attempt attempt = {
                .holders = { .machine = machine, .blockers = ret, .budget = HOLDER_BUDGET },
                .domain = domain,
                .ends = ends,
        };
        int result;

        *ret = (struct blockers){};
        result = look(&attempt, types);
        if (result < 0)
                return result;
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = types[type] ? 0 : -ENOENT;

                while (r >= 0)
                        r = unmount_topmost(&attempt, type);
                if (r != -ENOENT && result != -EBUSY)
                        result = r;
        }
        return result;
}

void unmounted_done(struct unmounted *ends)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                if (ends->mounts[type].watch > 0)
                        close(ends->mounts[type].watch - 1);
                free(ends->mounts[type].path);
        }
        *ends = (struct unmounted){};
}
