/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Mount namespaces that live on without a process, because their file is mounted somewhere, as
 * unshare(1) --mount=FILE does. */

#include "helpers/modules/mounts/mount-table.h"

/* The files in TABLE, escaped and separated by ", ", of namespaces without a process in PROCFS; -ENOENT:
 * there are none. Mounts of other namespaces are not examined. The caller frees it. */
int kept_namespaces_list(int procfs, const struct mount_table *table, char **ret);
