/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/mounts/mount-table.h"

ino_t namespace_of(int procfs, const char *pid)
{
        char name[32], target[32];
        unsigned long number;
        ssize_t n;

        snprintf(name, sizeof(name), "%.20s/ns/mnt", pid);
        n = readlinkat(procfs, name, target, sizeof(target) - 1);
        if (n <= 0)
                return 0;
        target[n] = '\0';
        return sscanf(target, "mnt:[%lu]", &number) == 1 ? number : 0;
}

/* Follows the chain of user namespaces from USERNS, which is closed, up to ours. */
static void read_chain(int userns, struct namespace_owners *ret)
{
        *ret = (struct namespace_owners){};
        while (userns >= 0 && ret->n < NAMESPACE_NESTING_MAX) {
                struct stat st;
                int parent = -1;

                ret->ours = fstat(userns, &st) == 0 && st.st_ino == access_own_userns();
                if (!ret->ours && ioctl(userns, NS_GET_OWNER_UID, &ret->uids[ret->n]) == 0) {
                        ret->n++;
                        parent = ioctl(userns, NS_GET_PARENT); /* EPERM above our own */
                }
                close(userns);
                userns = parent;
        }
        closep(&userns);
}

void namespace_read_owners(int fd, struct namespace_owners *ret)
{
        read_chain(ioctl(fd, NS_GET_USERNS), ret);
}

void namespace_read_owners_of_user(int fd, struct namespace_owners *ret)
{
        read_chain(fcntl(fd, F_DUPFD_CLOEXEC, 0), ret);
}

bool namespace_is_within_reach(const struct namespace_owners *owners, const struct access *access)
{
        if (owners->n == 0)
                return owners->ours;
        for (unsigned i = 0; i < owners->n; i++)
                if (access_has_user(access, owners->uids[i]))
                        return true;
        return false;
}

/* By identity: asks the file system itself, through the process's root. */
static bool is_identical(int process, struct libmnt_table *table, struct libmnt_fs *fs,
                         const struct namespace_search *search)
{
        _cleanup_free_ char *path = NULL;
        struct ledger_mount_id found;
        struct mount_info info = { .fstype = (char *) mnt_fs_get_fstype(fs),
                                   .fs_options = (char *) mnt_fs_get_fs_options(fs) };

        if (!info.fstype || !info.fs_options || !mount_info_matches(&info, search->type) ||
            !mount_place_is_local(table, fs))
                return false;
        if (asprintf(&path, "root%s", mnt_fs_get_target(fs) ?: "/") < 0) {
                path = NULL;
                return false;
        }
        return mount_identity_at(process, path, mnt_fs_get_id(fs), &found) >= 0 &&
               mount_identity_is_same(&found, &search->identity);
}

static void look_at_mount(int process, struct libmnt_table *table, struct libmnt_fs *fs,
                          const struct namespace_search *search, struct namespace_finding *finding)
{
        struct mount_place place = {};
        bool elsewhere = false;

        if (search->device == 0)
                elsewhere = is_identical(process, table, fs, search);
        else if (mnt_fs_get_devno(fs) == search->device) {
                elsewhere = !search->place || mount_place_of(table, fs, &place) < 0 ||
                            !mount_place_is_same(&place, search->place);
                finding->own_copy |= !elsewhere && !mount_place_follows(&place, search->place);
        }
        mount_place_done(&place);
        if (elsewhere && !finding->elsewhere)
                finding->elsewhere = strdup(mnt_fs_get_target(fs) ?: "?");
}

void namespace_look(int process, struct libmnt_table *table, const struct namespace_search *search,
                    struct namespace_finding *ret)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs;

        while (iter && mnt_table_next_fs(table, iter, &fs) == 0)
                look_at_mount(process, table, fs, search, ret);
        mnt_free_iter(iter);
}
