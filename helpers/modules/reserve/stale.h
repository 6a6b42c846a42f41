/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a domain has in pools that it no longer declares, because its page sizes have changed. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/lock.h"
#include "helpers/modules/reserve/request.h"

/* Releases the domain's pages of the request's type that have another size than REQUEST has, and those of another
 * type that have that size: a domain has one record in a pool. Takes the locks of these pools, one after the
 * other; the caller holds none. Failures are logged, unless they came from WAITING. */
int stale_release(const struct machine *machine, const struct reservation_request *request,
                  ledger_waiting_t waiting, void *userdata);
