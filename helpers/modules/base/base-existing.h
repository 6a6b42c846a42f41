/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/modules/base/base-request.h"
#include "helpers/modules/ledger/ledger.h"

struct mount_table;

/* Decides whether the directory FD, at REQUEST->path, which is not in the ledger, can be the base, and
 * fills in RECORD. It can be if it contains nothing but empty mount points owned by root and, as earlier
 * versions left it, plain files of its owner; if its mark proves that we made it, whatever a client put
 * there; or if it was empty when we first used it: then only what we make ourselves is ever removed from
 * it. Errors are logged. */
int base_use_existing(int fd, const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record);
