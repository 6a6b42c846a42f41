/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The reason why no domain is started here, regardless of the configuration. */

#include <stdbool.h>

/* The reason, a static text to follow "switched off: ", or NULL if there is none. The kernel's
 * command line is read below ROOT_FD; in a container, the arguments of its init. */
const char *switch_reason(int root_fd, bool container);

/* Whether the running system below ROOT_FD, "/", is in a container, as systemd has found out. */
bool switch_in_container(int root_fd);

/* Parses CMDLINE (the text of /proc/cmdline): 1 for fd_shmem=1, 0 for fd_shmem=0, -1 if nothing;
 * the last one wins; "fd_shmem" alone is 1; any boolean of systemd is accepted. Quoting as in the
 * kernel's next_arg(). Pure. */
int kernel_switch_parse(const char *cmdline);
