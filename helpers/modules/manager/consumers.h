/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waits, before a domain is taken down, for our own units that are still starting, and for the services
 * that use the domain and are being stopped together with it. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* Waits until none of the domain's own units (preparing, reserving, mounting, setting up) is activating:
 * after that, nothing more is made for the domain. Waiting extends the timeout of the calling unit.
 * Without systemd (BUS is NULL) there is nothing to wait for: 0. */
int consumers_wait_for_start(sd_bus *bus, const struct ledger_domain *domain);

/* Waits until every unit that is ordered after the domain (its targets, its mounts) and has a stop or
 * restart job is stopped. They are all in the same transaction as the caller, which is ordered neither
 * before nor after them. 0 without systemd. */
int consumers_wait_for_stop(sd_bus *bus, const struct ledger_domain *domain);
