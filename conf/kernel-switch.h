/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The switch on the kernel command line. */

/* Parses CMDLINE (the text of /proc/cmdline): 1 for fd_shmem=1, 0 for fd_shmem=0, -1 if nothing;
 * the last one wins; "fd_shmem" alone is 1; any boolean of systemd is accepted. Quoting as in the
 * kernel's next_arg(). Pure. */
int kernel_switch_parse(const char *cmdline);
