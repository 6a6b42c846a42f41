/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ctrl-C during an operation that can be undone: the operation notices it, and rolls back its
 * changes. */

#include <stdbool.h>

/* From now on SIGINT and SIGTERM are remembered instead of ending the program. */
void interrupt_catch(void);

/* Whether one has been received since. */
bool interrupt_pending(void);
