/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The owners of a namespace. */

#include <stdbool.h>
#include <sys/types.h>

/* Namespaces nest at most this deep (kernel/user_namespace.c: create_user_ns). */
#define NAMESPACE_NESTING_MAX 33

/* The owners of a namespace: those of the user namespaces around it, from the inside up to ours. */
struct namespace_owners {
        bool ours; /* the outermost one is ours */
        unsigned n;
        uid_t uids[NAMESPACE_NESTING_MAX];
};

/* The owners of the mount namespace that FD, a file of nsfs, refers to; empty if they cannot be
 * determined. */
void namespace_read_owners(int fd, struct namespace_owners *ret);

/* The same of a user namespace. */
void namespace_read_owners_of_user(int fd, struct namespace_owners *ret);

/* The number of our user namespace. */
ino_t namespace_own_user(void);
