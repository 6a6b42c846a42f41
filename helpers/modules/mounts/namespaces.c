/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "helpers/modules/mounts/mount-identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* Namespaces nest at most this deep (kernel/user_namespace.c: create_user_ns). */
#define MAX_NESTING 33

ino_t namespace_of(int procfs, const char *pid)
{
        char name[32], target[32];
        unsigned long number;
        ssize_t n;

        snprintf(name, sizeof name, "%.20s/ns/mnt", pid);
        n = readlinkat(procfs, name, target, sizeof target - 1);
        if (n <= 0)
                return 0;
        target[n] = '\0';
        return sscanf(target, "mnt:[%lu]", &number) == 1 ? number : 0;
}

static bool is_own_userns(int userns)
{
        struct stat own, st;

        return stat("/proc/self/ns/user", &own) == 0 && fstat(userns, &st) == 0 &&
               own.st_ino == st.st_ino;
}

bool namespace_is_within_reach(int process, const struct access *access)
{
        _cleanup_close_ int fd = openat(process, "ns/mnt", O_RDONLY | O_CLOEXEC);
        _cleanup_close_ int userns = fd < 0 ? -1 : ioctl(fd, NS_GET_USERNS);

        for (unsigned depth = 0; userns >= 0 && depth < MAX_NESTING; depth++) {
                uid_t owner;
                int parent;

                if (is_own_userns(userns))
                        return depth == 0;
                if (ioctl(userns, NS_GET_OWNER_UID, &owner) == 0 && access_has_user(access, owner))
                        return true;
                parent = ioctl(userns, NS_GET_PARENT); /* EPERM above our own */
                close(userns);
                userns = parent;
        }
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

int namespace_look(int process, const struct namespace_search *search,
                   struct namespace_finding *ret)
{
        _cleanup_mount_table_ struct libmnt_table *table = NULL;
        struct libmnt_iter *iter;
        struct libmnt_fs *fs;
        int r = mount_table_read(process, "mountinfo", &table);

        if (r < 0)
                return r;
        iter = mnt_new_iter(MNT_ITER_FORWARD);
        while (iter && mnt_table_next_fs(table, iter, &fs) == 0)
                look_at_mount(process, table, fs, search, ret);
        mnt_free_iter(iter);
        return 0;
}
