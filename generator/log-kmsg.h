/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the generator's messages go. The journal does not run yet when systemd runs generators. */

/* Sends messages to the kernel log, under PROGRAM's name, if systemd runs us; otherwise leaves them
 * on standard error. PROGRAM must stay valid. */
void log_kmsg_setup(const char *program);
