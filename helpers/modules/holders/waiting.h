/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waits for processes to release a file system. */

#include "helpers/modules/holders/holders.h"

/* Returns 0 as soon as one of the processes has ended (pidfd_open(2)), and after two seconds in any case:
 * a process can also release it without ending. */
int waiting_for_holders(const struct holder_list *list);
