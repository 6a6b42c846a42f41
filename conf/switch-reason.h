/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The reason why no domain is started here, regardless of the configuration. */

#include <stdbool.h>

/* The reason, a static text to follow "switched off: ", or NULL if there is none. The kernel's
 * command line is read below ROOT_FD; in a container, the arguments of its init. */
const char *switch_reason(int root_fd, bool container);

/* Whether the running system below ROOT_FD, "/", is in a container, as systemd has found out. */
bool switch_in_container(int root_fd);
