/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Keeps systemd's view of a domain's units in step with the domain, where its job queue alone does not:
 * a start may be queued while the domain is still being taken down, and systemd skips the start of each
 * unit that counts as active at that moment. All do nothing without systemd; failures change nothing for
 * the domain, and are logged at most for debugging. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* The state of fd-shmem-teardown@DOMAIN.service, which runs the teardown when it is stopped. */

/* It has a restart job: the stop under way is the first half of a restart. */
bool unit_sync_restart_is_queued(sd_bus *bus, const char *domain);

/* It is being stopped and has a start job: the domain will be started once the stop is over. */
bool unit_sync_start_is_queued(sd_bus *bus, const char *domain);

/* It is active: the domain is up, or is coming up. */
bool unit_sync_is_up(sd_bus *bus, const char *domain);

/* Whether the domain, or its reservation of TYPE, was declared at the last daemon-reload: the unit has
 * the generator's drop-in. True without systemd. */
bool unit_sync_domain_is_declared(sd_bus *bus, const char *domain);
bool unit_sync_reservation_is_declared(sd_bus *bus, const char *domain, enum page_type type);

/* Called when the stop of a restart begins. Units that are no longer declared, the whole domain's or
 * those of single reservations, are stopped instead of restarted. Returns whether the domain itself will
 * be restarted. */
bool unit_sync_stop_undeclared(sd_bus *bus, const char *domain);

/* Called when a stop begins. Stops fd-shmem-prepare@DOMAIN.service out of turn: a start that is queued
 * from now on has to prepare the domain again, and waits there until the teardown has finished. The
 * other units are stopped in order. */
void unit_sync_stop_preparation(sd_bus *bus, const char *domain);

/* Called after a teardown. Clears failures of earlier teardowns, and stops units that still count as
 * active and have no stop job. If a start is queued, and has skipped such a unit, the domain is restarted
 * instead. */
void unit_sync_after_stop(sd_bus *bus, const struct ledger_domain *domain);

/* Called when a start begins, before anything is prepared. Stops fd-shmem-leftover@DOMAIN.service, which
 * waits for the holders of an unfinished teardown. If a unit of the domain is already active, the start
 * has skipped it: the domain is restarted. */
void unit_sync_before_start(sd_bus *bus, const char *domain);

/* Called when a start has taken over from an unfinished teardown, which then is no longer a failure. */
void unit_sync_after_start(sd_bus *bus, const char *domain);
