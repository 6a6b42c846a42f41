/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The users who may have reached a domain with their own credentials. Others can hold something of it
 * only if it was passed to them, and must not be able to delay a stop. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "helpers/modules/holders/namespace-owners.h"

/* The owner of the mount's root, as the domain was handed over. */
struct access {
        uid_t uid;
        gid_t gid;
        mode_t mode;
};

/* The same of the file system DEVICE mounted at PATH; only root if another one is mounted there now. */
struct access access_of_mount(const char *path, dev_t device);

/* Whether the process whose directory in /proc is PROCESS reaches one of N: as root of our user
 * namespace, by a capability there, as the owner, in the group, as anybody if the mode says so, or in a
 * user namespace of somebody who reaches it. False if the process has ended. */
bool access_has_process(const struct access *const access[], size_t n, int process);

/* Whether the user does without a group. Supplementary groups are not looked up: that can require the
 * network. */
bool access_has_user(const struct access *access, uid_t uid);

/* Whether the process is in it. */
bool access_is_own_userns(int process);

/* Whether the namespace belongs to our user namespace, or to a user who reaches what ACCESS is about. Any
 * user can make namespaces, with any number of mounts; those of users without access are never read. */
bool access_has_namespace(const struct access *access, const struct namespace_owners *owners);
