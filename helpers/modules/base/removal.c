/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/removal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/base/mount-points.h"
#include "helpers/modules/mounts/mount-table.h"

/* Opens the base directory of the record, and closes it to others. */
static int open_closed(const struct ledger_domain *domain)
{
        _cleanup_close_ int fd = base_open_recorded(domain);
        int r;

        if (fd < 0)
                return fd;
        r = directory_seal(fd);
        if (r < 0)
                return log_error_errno(r, "Cannot close %s to others: %m", domain->path);
        return TAKE_FD(fd);
}

int removal_close_base(struct ledger_domain *domain)
{
        _cleanup_close_ int fd = open_closed(domain);

        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        return domain->base_id.known ? 0 : base_adopt(fd, domain);
}

int removal_drop_mount_point(const struct ledger_domain *domain, enum page_type type)
{
        _cleanup_close_ int fd = open_closed(domain);
        int r;

        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        r = mount_points_remove_one(fd, domain, type);
        if (r < 0)
                return log_error_errno(r, "Cannot remove %s/%s: %m", domain->path,
                                       page_type_directory(type));
        return 0;
}

/* The mount points go last: if a later attempt finds no mark, they prove that the directory is ours. */
static int empty_base(int fd, const struct ledger_domain *domain)
{
        const char *keep[N_PAGE_TYPES + 1] = {};
        size_t n = 0;
        int r, result;

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type] || mount_points_is_foreign(fd, domain, type))
                        keep[n++] = page_type_directory(type);
        result = directory_empty(fd, keep);
        if (result < 0 && result != -EBUSY)
                return result;
        r = mount_points_remove(fd, domain);
        return r < 0 ? r : result;
}

/* Our units may not set S_ISUID and S_ISGID (RestrictSUIDSGID=), but for the one that does just that:
 * removal_restore_mode(). */
static int restore_mode(int fd, mode_t mode)
{
        const mode_t special = S_ISUID | S_ISGID;

        if (fchmod(fd, mode) >= 0)
                return 0;
        if (errno == EPERM && (mode & special) && fchmod(fd, mode & ~special) >= 0)
                return 0;
        return -errno;
}

/* Files that a client left in it were not there when it was first used: this is recorded, because the
 * next start would otherwise refuse the directory. */
static int restore_base(int fd, const struct ledger_domain *domain)
{
        const struct identity_mark used = { .role = IDENTITY_USED };

        int r = fchown(fd, domain->base_uid, domain->base_gid) < 0 ? -errno : 0;

        if (r >= 0)
                r = restore_mode(fd, domain->base_mode);
        if (r < 0)
                return log_error_errno(r, "Cannot restore owner and mode of %s: %m", domain->path);
        if (directory_is_empty(fd, NULL, NULL) > 0)
                identity_forget(fd, domain->path);
        else
                identity_mark(fd, domain->path, &used);
        return 0;
}

/* Removes the base directory, if its name still leads to FD. */
static int remove_base(int fd, const struct ledger_domain *domain)
{
        _cleanup_close_ int parent = -1, again = -1;
        struct directory_id opened, named;
        const char *name;
        int r;

        parent = base_open_parent(domain->path, &name);
        if (parent < 0 && parent != -ENOENT)
                return parent;
        again = parent < 0 ? parent : directory_open_at(parent, name);
        r = again < 0 ? again : directory_identify(again, &named);
        if (r >= 0)
                r = directory_identify(fd, &opened);
        if (r >= 0 && (opened.device != named.device || opened.inode != named.inode))
                r = -ESTALE;
        if (r >= 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0)
                r = -errno;
        if (r < 0)
                return log_error_errno(r, "Cannot remove %s: %m", domain->path);
        identity_forget(-1, domain->path);
        return 0;
}

/* 1: removed, or gone already; 0: it stays, because it contains others' files, which is not an error. */
static int remove_parent(const char *path)
{
        _cleanup_close_ int above = -1, fd = -1;
        const char *name;

        above = base_open_parent(path, &name);
        if (above < 0 && above != -ENOENT)
                return above;
        fd = above < 0 ? above : directory_open_at(above, name);
        if (fd == -ENOENT)
                return 1;
        if (fd < 0)
                return log_error_errno(fd, "Cannot open %s: %m", path);
        if (!directory_is_roots(fd))
                return 0;
        if (unlinkat(above, name, AT_REMOVEDIR) >= 0 || errno == ENOENT) {
                identity_forget(-1, path);
                return 1;
        }
        if (errno == ENOTEMPTY || errno == EEXIST)
                return 0;
        return log_error_errno(errno, "Cannot remove %s: %m", path);
}

static int remove_parents(char **parents)
{
        int r = 1;

        for (; parents && *parents && r > 0; parents++)
                r = remove_parent(*parents);
        return r < 0 ? r : 0;
}

/* Names a mount in the base directory. */
static char *name_mount(const struct ledger_domain *domain)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        const struct mount_entry *found = NULL;

        if (mount_table_read(AT_FDCWD, "/proc/self/mountinfo", &table) >= 0)
                found = mount_table_below(table, domain->path);
        return text_escape(found ? found->target : domain->path);
}

/* Removes the directory, or restores it, when nothing of ours is in it any more. */
static int finish_base(int fd, const struct ledger_domain *domain)
{
        if (!domain->base_made)
                return restore_base(fd, domain);

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (mount_points_is_foreign(fd, domain, type)) {
                        log_warning(
                                "%s/%s: others have something mounted there, leaving it and the "
                                "directory",
                                domain->path, page_type_directory(type));
                        return 0;
                }
        return remove_base(fd, domain);
}

int removal_run(const struct ledger_domain *domain, char **ret_mount)
{
        _cleanup_close_ int fd = open_closed(domain);
        int r;

        *ret_mount = NULL;
        if (fd == -ENOENT)
                return remove_parents(domain->parents_made);
        if (fd < 0)
                return fd;

        if (domain->base_made)
                r = empty_base(fd, domain);
        else {
                r = mount_points_remove(fd, domain);
                if (r >= 0)
                        r = mount_points_remove_moved(fd, domain);
        }
        if (r == -EBUSY) {
                *ret_mount = name_mount(domain);
                return *ret_mount ? r : log_oom();
        }
        if (r < 0)
                return log_error_errno(r, "Cannot empty %s: %m", domain->path);

        r = finish_base(fd, domain);
        return r < 0 ? r : remove_parents(domain->parents_made);
}

bool removal_lacks_mode(const struct ledger_domain *domain)
{
        _cleanup_close_ int fd = -1;
        struct stat st;

        if (domain->base_made || !(domain->base_mode & (S_ISUID | S_ISGID)))
                return false;
        fd = base_open_recorded(domain);
        return fd >= 0 && fstat(fd, &st) >= 0 && (st.st_mode & 07777) != domain->base_mode;
}

int removal_restore_mode(const struct ledger_domain *domain)
{
        _cleanup_close_ int fd = base_open_recorded(domain);

        if (fd < 0)
                return fd;
        if (!domain->base_made && fchmod(fd, domain->base_mode) < 0)
                return log_error_errno(errno, "Cannot restore the mode of %s: %m", domain->path);
        return 0;
}
