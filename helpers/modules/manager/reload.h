/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether systemd works with the configuration that there is: the generator leaves in the command of
 * fd-shmem-check.service which files it read at the last daemon-reload. */

#include <stddef.h>

#include "helpers/modules/manager/manager.h"

/* Compares the files of the configuration below ROOT_FD with the RECORDS (the N arguments of --read=). 1:
 * *RET says what differs ("PATH has changed"), the caller frees it; 0: nothing does; negative errno. */
int reload_compare(int root_fd, char *const *records, size_t n, char **ret);

/* The same with the records that systemd has. -ENOTCONN: there is no systemd, or it may not be asked. */
int reload_find_change(sd_bus *bus, int root_fd, char **ret);
