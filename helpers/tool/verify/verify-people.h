/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The users and groups that the files of a root directory name. */

#include <stdbool.h>
#include <stddef.h>

struct people {
        char **users, **groups;
        size_t n_users, n_groups;
        bool known;       /* a file was found */
        char *unreadable; /* the first file or directory that cannot be read, and ERROR of it */
        int error;        /* negative errno */
};

/* Reads what sysusers.d(5) below ROOT makes and, of an IMAGE, its etc/passwd, etc/group, and those of
 * usr/lib. Links lead nowhere out of ROOT. -ENOMEM. */
int people_read(int root, bool image, struct people *people);

void people_done(struct people *people);
