/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What systemd still believes about a domain after it was taken down. */

#include "helpers/modules/ledger.h"
#include "helpers/modules/manager.h"

/* Whether the teardown under way is the first half of a restart: the unit that runs it at stop has a
 * restart job. False without systemd. */
bool settle_is_restart(sd_bus *bus, const char *domain);

/* Whether the reservation of TYPE is (still) declared: its unit has something to execute. True
 * without systemd. */
bool settle_is_declared(sd_bus *bus, const char *domain, enum page_type type);

/* Lets systemd know: units of the domain that count as active and have no job are stopped, and the
 * traces of an earlier failed teardown are cleared. Failures here change nothing for the domain. */
void settle_units(sd_bus *bus, const struct ledger_domain *domain);
