/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ctrl-C during an act that can be undone: the act is told, and undoes what it did. */

#include <stdbool.h>

/* From here on SIGINT and SIGTERM are remembered instead of ending the program. */
void interrupt_catch(void);

/* Whether one came since. */
bool interrupt_pending(void);
