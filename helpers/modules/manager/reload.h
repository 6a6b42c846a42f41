/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether systemd uses the current configuration: the generator records in the command of
 * fd-shmem-check.service the files that it read at the last daemon-reload. */

#include <stddef.h>

#include "helpers/modules/manager/manager.h"

/* Compares the files of the configuration below ROOT_FD with the RECORDS (the N arguments of --read=). 1:
 * there is a difference, described in *RET ("PATH has changed"), which the caller frees; 0: there is
 * none; negative errno. */
int reload_compare(int root_fd, char *const *records, size_t n, char **ret);

/* The same with the records that systemd has. -ENOTCONN: there is no systemd, or it may not be asked. */
int reload_find_change(sd_bus *bus, int root_fd, char **ret);
