/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Processes that keep a file system in use: they have something of it open, mapped, as their working
 * directory or root, or have it mounted elsewhere in another mount namespace. Read from /proc, without
 * asking any file server.
 *
 * Processes that cannot have reached the domain themselves hold something only if it was passed to them;
 * of those, a fixed number of descriptors is read, after all others: they may have millions. */

#include "helpers/modules/holders/holder.h"

/* Adds to LIST the processes that hold one of the targets, ascending by pid, one entry per target; this
 * process is left out. For each mount namespace that has a target mounted elsewhere, only one process is
 * listed. Processes that end during the search are not an error. */
int holders_search(const struct holder_search *search, struct holder_list *list);

/* The same for one mount here, at PATH, with the device number DEVICE. */
int holders_find(int procfs, dev_t device, const char *path, unsigned uses,
                 struct holder_list *list);
