/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units that are stopped, or restarted, together with a domain. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* Lists in RET, sorted, the active units that do not belong to fd-shmem and to which systemd passes on a
 * stop or restart of the domain (its target, its mounts and the rest): those that require it or are bound
 * to it, and units that require those. Without systemd the list is empty. Caller frees by
 * string_list_free(). */
int dependents_find(sd_bus *bus, const struct ledger_domain *domain, char ***ret);
