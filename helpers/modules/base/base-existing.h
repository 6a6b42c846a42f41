/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/modules/base/base-request.h"
#include "helpers/modules/ledger/ledger.h"

struct mount_table;

/* Decides whether the directory FD, at REQUEST->path, of which the ledger knows nothing, can be the base,
 * and what RECORD has to say of it. It can be if it is empty but for empty mount points of root's, beside which
 * may be plain files of the user who owns it, as earlier versions left it; if we made it, as its mark proves, whatever a client put there; and if it was empty when we used it first:
 * then nothing that is in it is ever removed but what we make ourselves. Errors are logged. */
int base_use_existing(int fd, const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record);
