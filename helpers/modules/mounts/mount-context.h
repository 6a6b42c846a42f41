/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Mounts like mount(8), including its userspace options ("nofail", "x-systemd...") and its entry in
 * /run/mount. */

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of mount(8). */
enum {
        MOUNT_EXIT_USAGE = 1,
        MOUNT_EXIT_SYSTEM = 2,
        MOUNT_EXIT_FAILED = 32,
};

struct mount_failure {
        int error; /* of mount(2); 0: it was not called, or did not fail */
        char text[BUFSIZ];
};

/* Mounts a file system of the type FSTYPE, which has no device, on TARGET; FAKE: all but the system call.
 * Returns mount(8)'s exit status; if it is not 0, FAILURE says why. */
int mount_context_run(const char *fstype, const char *target, const char *options, bool fake,
                      struct mount_failure *failure);
