/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/owner.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "basic/log.h"

/* The largest number is chown(2)'s "leave it as it is". */
static bool parse_id(const char *text, uint32_t *ret)
{
        unsigned long long value;
        char *end;

        if (text[0] < '0' || text[0] > '9')
                return false;
        errno = 0;
        value = strtoull(text, &end, 10);
        if (errno || *end || value >= UINT32_MAX)
                return false;

        *ret = value;
        return true;
}

static int resolve_user(const char *text, uid_t *ret_uid, gid_t *ret_gid, bool *ret_has_gid)
{
        struct passwd *user;
        uint32_t uid;

        errno = 0;
        user = getpwnam(text);
        if (!user && parse_id(text, &uid)) {
                user = getpwuid(uid);
                if (!user) {
                        *ret_uid = uid;
                        *ret_has_gid = false;
                        return 0;
                }
        }
        if (!user)
                return log_error_errno(
                        ESRCH,
                        "There is no user \"%s\"; create it (at boot, systemd-sysusers "
                        "has run before this), or name another one",
                        text);

        *ret_uid = user->pw_uid;
        *ret_gid = user->pw_gid;
        *ret_has_gid = true;
        return 0;
}

static int resolve_group(const char *text, gid_t *ret)
{
        struct group *group = getgrnam(text);
        uint32_t gid;

        if (group)
                *ret = group->gr_gid;
        else if (parse_id(text, &gid))
                *ret = gid;
        else
                return log_error_errno(
                        ESRCH,
                        "There is no group \"%s\"; create it (at boot, systemd-sysusers "
                        "has run before this), or name another one",
                        text);
        return 0;
}

int owner_resolve(const char *user, const char *group, struct owner *ret)
{
        struct owner owner = {};
        bool has_gid = false;
        int r;

        r = resolve_user(user, &owner.uid, &owner.gid, &has_gid);
        if (r < 0)
                return r;
        if (group)
                r = resolve_group(group, &owner.gid);
        else if (!has_gid)
                r = log_error_errno(ESRCH, "User %s has no login group; name a group, too", user);
        if (r < 0)
                return r;

        *ret = owner;
        return 0;
}

int mode_parse(const char *text, mode_t *ret)
{
        unsigned long value;
        char *end;

        if (text[0] < '0' || text[0] > '7')
                return -EINVAL;
        errno = 0;
        value = strtoul(text, &end, 8);
        if (errno || *end || value > 07777)
                return -EINVAL;

        *ret = value;
        return 0;
}
