/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/removal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/mounts/directory.h"

static int open_base(const struct ledger_domain *domain)
{
        int fd = directory_open(domain->path);

        if (fd < 0 && fd != -ENOENT)
                return log_error_errno(fd, "%s: cannot open: %m", domain->path);
        return fd;
}

int removal_close_base(const struct ledger_domain *domain)
{
        _cleanup_close_ int fd = open_base(domain);
        int r;

        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        r = directory_seal(fd);
        if (r < 0)
                return log_error_errno(r, "%s: cannot be closed to others: %m", domain->path);
        return 0;
}

/* -EBUSY: something is mounted on it, or below it. */
static int remove_mount_point(int base, enum page_type type)
{
        const char *name = page_type_directory(type);
        _cleanup_close_ int fd = directory_open_at(base, name);
        struct directory_id outside, inside;
        int r;

        if (fd == -ENOTDIR || fd == -ELOOP)
                return unlinkat(base, name, 0) < 0 ? -errno : 0;
        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        r = directory_identify(base, &outside);
        if (r >= 0)
                r = directory_identify(fd, &inside);
        if (r < 0)
                return r;
        if (outside.mount_id != inside.mount_id)
                return -EBUSY;

        r = directory_seal(fd);
        if (r >= 0)
                r = directory_empty(fd, NULL);
        if (r < 0)
                return r;
        return unlinkat(base, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

int removal_drop_mount_point(const struct ledger_domain *domain, enum page_type type)
{
        _cleanup_close_ int fd = open_base(domain);
        int r;

        if (fd < 0)
                return fd == -ENOENT ? 0 : fd;
        r = remove_mount_point(fd, type);
        if (r < 0)
                return log_error_errno(r, "%s/%s: cannot remove: %m", domain->path,
                                       page_type_directory(type));
        return 0;
}

static bool has_mount_point(int fd, const struct ledger_domain *domain)
{
        struct stat st;

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type] &&
                    fstatat(fd, page_type_directory(type), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISDIR(st.st_mode) && st.st_uid == 0)
                        return true;
        return false;
}

/* The mount points go last: as long as one is there, the directory is known to be ours. */
static int empty_base(int fd, const struct ledger_domain *domain)
{
        const char *keep[N_PAGE_TYPES + 1] = {};
        size_t n = 0;
        int r, result;

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type])
                        keep[n++] = page_type_directory(type);
        result = directory_empty(fd, keep);
        if (result < 0 && result != -EBUSY)
                return result;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                r = domain->mount[type] ? remove_mount_point(fd, type) : 0;
                if (r < 0)
                        result = r;
        }
        return result;
}

static int restore_base(int fd, const struct ledger_domain *domain)
{
        if (fchown(fd, domain->base_uid, domain->base_gid) < 0 || fchmod(fd, domain->base_mode) < 0)
                return log_error_errno(errno, "%s: cannot restore owner and mode: %m",
                                       domain->path);
        return 0;
}

/* Removes the base directory, if its name still leads to FD. */
static int remove_base(int fd, const struct ledger_domain *domain)
{
        _cleanup_close_ int parent = -1, again = -1;
        struct directory_id opened, named;
        const char *name;
        int r;

        parent = directory_open_parent(domain->path, &name);
        again = parent < 0 ? parent : directory_open_at(parent, name);
        r = again < 0 ? again : directory_identify(again, &named);
        if (r >= 0)
                r = directory_identify(fd, &opened);
        if (r >= 0 && (opened.device != named.device || opened.inode != named.inode))
                r = -ESTALE;
        if (r >= 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0)
                r = -errno;
        if (r < 0)
                return log_error_errno(r, "%s: cannot remove: %m", domain->path);
        return 0;
}

/* Whatever somebody else put into them meanwhile keeps them, and that is fine. */
static void remove_parents(char **parents)
{
        for (; parents && *parents; parents++) {
                _cleanup_close_ int fd = -1;
                const char *name;

                fd = directory_open_parent(*parents, &name);
                if (fd < 0 || unlinkat(fd, name, AT_REMOVEDIR) < 0)
                        return;
        }
}

int removal_run(const struct ledger_domain *domain)
{
        _cleanup_close_ int fd = open_base(domain);
        int r;

        if (fd == -ENOENT) {
                remove_parents(domain->parents_made);
                return 0;
        }
        if (fd < 0)
                return fd;
        if (!has_mount_point(fd, domain) && directory_is_empty(fd, NULL, NULL) == 0)
                return log_error_errno(ENOTEMPTY,
                                       "%s: holds nothing that fd-shmem made, but other things; "
                                       "left as it is: has something been mounted over it?",
                                       domain->path);

        r = directory_seal(fd);
        if (r >= 0)
                r = empty_base(fd, domain);
        if (r == -EBUSY)
                log_warning("%s: others have something mounted in it; that stays, and with it the "
                            "directory.",
                            domain->path);
        else if (r < 0)
                return log_error_errno(r, "%s: cannot be emptied: %m", domain->path);

        if (!domain->base_made)
                return restore_base(fd, domain);
        if (r == -EBUSY)
                return 0;
        r = remove_base(fd, domain);
        if (r >= 0)
                remove_parents(domain->parents_made);
        return r;
}
