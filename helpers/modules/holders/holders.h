/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is in the way: processes that have something of a file system open, mapped, as their working
 * directory or root, or that have it mounted in another mount namespace, elsewhere. From /proc, without
 * asking any file server.
 *
 * Processes that cannot have got to the domain by themselves hold something only if they were given it;
 * of those, a fixed number of descriptors is looked at, after all others: they may have millions. */

#include "helpers/modules/holders/holder.h"

/* Adds to LIST the processes that hold one of the targets, ascending by pid, one entry per target; this
 * process is left out. Of each mount namespace that has a target mounted elsewhere, one process stands
 * for all. Processes that end while we look are no error. */
int holders_search(const struct holder_search *search, struct holder_list *list);

/* The same for one mount here, at PATH, with the device number DEVICE. */
int holders_find(int procfs, dev_t device, const char *path, unsigned uses,
                 struct holder_list *list);
