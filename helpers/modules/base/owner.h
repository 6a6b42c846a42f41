/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Owner and mode in text form. */

#include <sys/types.h>

struct owner {
        uid_t uid;
        gid_t gid;
};

/* USER and GROUP as chown(1) takes them: names first, then numbers. GROUP may be NULL: the user's login
 * group; a number that does not belong to a user requires a group. Queries the name service. Errors are
 * logged (-ESRCH: no such user or group). */
int owner_resolve(const char *user, const char *group, struct owner *ret);

/* An octal mode of at most 07777; -EINVAL. */
int mode_parse(const char *text, mode_t *ret);
