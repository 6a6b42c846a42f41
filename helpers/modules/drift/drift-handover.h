/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Enters in the ledger the state that drift_find() compares with. */

#include <stdbool.h>
#include <sys/types.h>

#include "basic/words/page-type.h"
#include "helpers/modules/base/owner.h"
#include "helpers/modules/kernel/machine.h"

/* The domain is on its way up, and not to be compared. Errors are logged. */
int drift_handover_begin(const struct machine *machine, const char *domain);

/* Its base at PATH and its MOUNTS have been handed to OWNER with MODE: enters that and the mounts'
 * identities. Errors are logged. */
int drift_handover_complete(const struct machine *machine, const char *domain, const char *path,
                            const bool mounts[N_PAGE_TYPES], const struct owner *owner,
                            mode_t mode);
