/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/places/places.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/directory.h"

static int remove_one(const char *path)
{
        const char *name;
        _cleanup_close_ int fd = directory_open_parent(path, &name);

        if (fd == -ENOENT)
                return 0;
        if (fd < 0)
                return log_error_errno(fd, "Cannot open the directory of %s: %m", path);
        if (unlinkat(fd, name, AT_REMOVEDIR) >= 0 || errno == ENOENT)
                return 0;
        if (errno == ENOTEMPTY || errno == ENOTDIR) {
                log_warning("%s: left, because somebody else has put something there", path);
                return 0;
        }
        return log_error_errno(errno, "Cannot remove %s: %m", path);
}

/* A directory that nobody else can change, or -EPERM. */
static int open_own(int parent, const char *name)
{
        _cleanup_close_ int fd = directory_open_at(parent, name);
        struct stat st;

        if (fd < 0)
                return fd;
        if (fstat(fd, &st) < 0)
                return -errno;
        return st.st_uid == 0 && !(st.st_mode & 0022) ? TAKE_FD(fd) : -EPERM;
}

/* Whether a directory that we did not make can be used: it must be empty. */
static int check_existing(int parent, const char *name, const char *path, const struct mount_table *table)
{
        _cleanup_close_ int fd = -1;
        int r;

        if (mount_table_at(table, path))
                return log_error_errno(EBUSY, "%s: something is mounted there; unmount it, or set another path",
                                       path);
        fd = open_own(parent, name);
        if (fd < 0)
                return log_error_errno(fd,
                                       "%s: is not a directory of root's, writable by root alone: %m; set "
                                       "another path",
                                       path);
        r = directory_is_empty(fd, NULL, NULL);
        if (r < 0)
                return log_error_errno(r, "Cannot read %s: %m", path);
        return r > 0 ? 0
                     : log_error_errno(ENOTEMPTY,
                                       "%s: exists and is not empty, and a mount would hide what is in it; set "
                                       "another path",
                                       path);
}

/* Decides whether we are to make the directory PATH. */
static int judge(const char *path, const struct mount_table *table, bool *ret_made)
{
        const char *name;
        _cleanup_close_ int parent = directory_open_parent(path, &name);
        struct stat st;

        if (parent < 0)
                return log_error_errno(parent, "%s: the directory above it cannot be opened: %m; make it", path);
        *ret_made = false;
        if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) >= 0)
                return check_existing(parent, name, path, table);
        if (errno != ENOENT)
                return log_error_errno(errno, "%s: cannot be looked at: %m", path);
        *ret_made = true;
        return 0;
}

static int settle_one(struct ledger_domain *record, enum page_type type, const char *wanted,
                      const struct mount_table *table)
{
        const char *old = record->place[type];
        int r = 0;

        if (old && wanted && strcmp(old, wanted) == 0)
                return record->place_made[type] || mount_table_at(table, wanted)
                               ? 0
                               : judge(wanted, table, &record->place_made[type]);
        if (old && record->place_made[type])
                r = remove_one(old);
        if (r < 0)
                return r;
        free(record->place[type]);
        record->place[type] = NULL;
        record->place_made[type] = false;
        if (!wanted)
                return 0;

        r = judge(wanted, table, &record->place_made[type]);
        if (r < 0)
                return r;
        record->place[type] = strdup(wanted);
        return record->place[type] ? 0 : log_oom();
}

int places_settle(struct ledger_domain *record, const char *const wanted[N_PAGE_TYPES],
                  const struct mount_table *table)
{
        int r = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                r = settle_one(record, type, wanted[type], table);
        return r;
}

int places_make(const struct ledger_domain *record, const struct mount_table *table)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_close_ int fd = -1, place = -1;
                const char *name;

                if (!record->place[type] || !record->place_made[type] ||
                    mount_table_at(table, record->place[type]))
                        continue;
                fd = directory_open_parent(record->place[type], &name);
                if (fd < 0)
                        return log_error_errno(fd, "Cannot open the directory of %s: %m",
                                               record->place[type]);
                if (mkdirat(fd, name, 0700) < 0 && errno != EEXIST)
                        return log_error_errno(errno, "Cannot make %s: %m", record->place[type]);
                place = open_own(fd, name);
                if (place < 0)
                        return log_error_errno(place,
                                               "%s: is not the directory that was to be made there: %m",
                                               record->place[type]);
        }
        return 0;
}

int places_remove(const struct ledger_domain *record)
{
        int r = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (record->place[type] && record->place_made[type]) {
                        int q = remove_one(record->place[type]);

                        r = r < 0 ? r : q;
                }
        return r;
}
