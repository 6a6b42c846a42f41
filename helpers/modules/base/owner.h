/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Owner and mode as people write them. */

#include <sys/types.h>

struct owner {
        uid_t uid;
        gid_t gid;
};

/* USER and GROUP as chown(1) takes them: names first, then numbers. GROUP may be NULL: the user's
 * login group; a number that is no user's must come with a group. Asks the name service now. Errors
 * are logged (-ESRCH: no such user or group). */
int owner_resolve(const char *user, const char *group, struct owner *ret);

/* An octal mode of at most 07777; -EINVAL. */
int mode_parse(const char *text, mode_t *ret);
