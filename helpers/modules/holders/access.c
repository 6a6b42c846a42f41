/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/access.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/mounts/look.h"

/* With one of these, a process can access files that are not its own, or become their owner. */
#define OVERRIDING                                                                          \
        (UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_DAC_READ_SEARCH |             \
         UINT64_C(1) << CAP_FOWNER | UINT64_C(1) << CAP_CHOWN | UINT64_C(1) << CAP_SETUID | \
         UINT64_C(1) << CAP_SETGID | UINT64_C(1) << CAP_SYS_PTRACE | UINT64_C(1) << CAP_SYS_ADMIN)

struct access access_of_mount(const char *path, dev_t device)
{
        struct statx sx;

        if (look_at(AT_FDCWD, path, STATX_UID | STATX_GID | STATX_MODE, &sx) < 0 ||
            look_device(&sx) != device)
                return (struct access){};
        return (struct access){ sx.stx_uid, sx.stx_gid, sx.stx_mode };
}

bool access_is_own_userns(int process)
{
        struct stat st;

        return fstatat(process, "ns/user", &st, 0) == 0 && st.st_ino == namespace_own_user();
}

/* Whether it lives in a user namespace of a user with access, where it may have any IDs: so do containers
 * without privileges (newuidmap(1)), whose users have other ids outside. */
static bool is_of_user(const struct access *access, int process)
{
        _cleanup_close_ int fd = -1;
        struct namespace_owners owners;

        if (access_is_own_userns(process))
                return false;
        fd = openat(process, "ns/user", O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        namespace_read_owners_of_user(fd, &owners);
        return owners.n > 0 && access_has_namespace(access, &owners);
}

/* The text after KEY at the beginning of a line of TEXT. */
static const char *find_line(const char *text, const char *key)
{
        const char *found = strstr(text, key);

        while (found && found != text && found[-1] != '\n')
                found = strstr(found + 1, key);
        return found ? found + strlen(key) : NULL;
}

/* Whether one of the numbers on the rest of the line is WANTED. */
static bool line_has(const char *p, unsigned wanted)
{
        char *end;

        while (p && *p && *p != '\n') {
                unsigned long number = strtoul(p, &end, 10);

                if (end == p)
                        return false;
                if (number == wanted)
                        return true;
                for (p = end; *p == ' ' || *p == '\t'; p++)
                        ;
        }
        return false;
}

static bool has_capability(const char *status)
{
        const char *line = find_line(status, "CapPrm:");
        uint64_t permitted;

        return line && sscanf(line, "%" SCNx64, &permitted) == 1 && (permitted & OVERRIDING);
}

/* By /proc/PID/status: the owner of /proc/PID is not reliable, a process that is not dumpable is owned by
 * root there. Real, effective, saved and file system ids count alike. */
static bool has_status(const struct access *access, int process, const char *status)
{
        const char *uids;

        if (access->mode & 07)
                return true;
        if (!status)
                return false;

        uids = find_line(status, "Uid:");
        if (line_has(uids, access->uid) || line_has(uids, 0) || has_capability(status))
                if (access_is_own_userns(process) || line_has(uids, access->uid))
                        return true;
        if ((access->mode & 070) && (line_has(find_line(status, "Gid:"), access->gid) ||
                                     line_has(find_line(status, "Groups:"), access->gid)))
                return true;
        return is_of_user(access, process);
}

bool access_has_process(const struct access *const access[], size_t n, int process)
{
        _cleanup_free_ char *status = NULL;

        (void) sysfs_read(process, "status", &status, NULL);
        for (size_t i = 0; i < n; i++)
                if (has_status(access[i], process, status))
                        return true;
        return false;
}

bool access_has_user(const struct access *access, uid_t uid)
{
        return uid == 0 || uid == access->uid || (access->mode & 07);
}

bool access_has_namespace(const struct access *access, const struct namespace_owners *owners)
{
        if (owners->n == 0)
                return owners->ours;
        for (unsigned i = 0; i < owners->n; i++)
                if (access_has_user(access, owners->uids[i]))
                        return true;
        return false;
}
