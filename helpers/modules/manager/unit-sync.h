/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What systemd still believes about a domain after it was taken down. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* Whether the teardown under way is the first half of a restart: the unit that runs it at stop has a
 * restart job. False without systemd. */
bool unit_sync_is_restart(sd_bus *bus, const char *domain);

/* Whether the domain was started (again): the unit that runs the teardown at stop is up, or is to be
 * started once the teardown it is at is over. False without systemd. */
bool unit_sync_is_started(sd_bus *bus, const char *domain);
bool unit_sync_is_overtaken(sd_bus *bus, const char *domain);

/* Whether the domain, or its reservation of TYPE, is (still) declared as of the last daemon-reload: the
 * generator has extended its unit. True without systemd. */
bool unit_sync_domain_is_declared(sd_bus *bus, const char *domain);
bool unit_sync_is_declared(sd_bus *bus, const char *domain, enum page_type type);

/* When the teardown of a restart begins: what is not declared any more is not started again. Its units,
 * the whole domain's or those of single reservations, are stopped instead of restarted. Returns whether
 * the domain itself is (still) to be restarted. */
bool unit_sync_end_undeclared(sd_bus *bus, const char *domain);

/* When a start begins: ends what waits for the holders of an unfinished teardown. And whatever counts as
 * active before anything is prepared is left from a stop that this start has overtaken, and would not be
 * started again: it is restarted. */
void unit_sync_before_start(sd_bus *bus, const char *domain);

/* When a start has got hold of the domain: an unfinished teardown that it put an end to is no failure
 * any more. */
void unit_sync_after_start(sd_bus *bus, const char *domain);

/* When a stop begins: a start that overtakes it from now on finds the preparation undone, so it waits
 * in there until the teardown is over, and makes everything anew. The preparation is stopped without
 * its turn; the rest follows in order. */
void unit_sync_retire_preparation(sd_bus *bus, const char *domain);

/* After a teardown: clears the traces of an earlier failed one, and stops what counts as active and
 * is not being stopped already. If a start has overtaken the stop, and for that took units for active
 * that are so no more, the domain is restarted. Failures here change nothing for the domain. */
void unit_sync_units(sd_bus *bus, const struct ledger_domain *domain);
