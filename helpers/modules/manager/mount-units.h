/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What systemd believes of a domain's mounts. It reads the mount table when the kernel tells it of a
 * change, but not more than five times a second (src/core/mount.c: mount_enumerate() limits the event
 * source): for up to a second after a mount has gone, its unit may count as active, and whoever starts
 * the domain then would find it started. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* Waits until systemd has seen that the domain's mounts are gone, at most a few seconds; at once
 * without systemd. The caller has unmounted them. */
void mount_units_wait_until_gone(sd_bus *bus, const struct ledger_domain *domain);

/* Has the domain's mounts mounted that are not there and have no job that will do it, because systemd
 * took them for mounted when the start was queued. Their units' own order holds. Failures are logged:
 * the setup that follows finds what is missing. */
void mount_units_start_missing(sd_bus *bus, const struct machine *machine,
                               const struct ledger_domain *domain);

/* The domain's mounts stay, because somebody uses them: systemd does not stop them either. For what a
 * process in another mount namespace has of them, its unmounting would not be busy. */
void mount_units_keep(sd_bus *bus, const struct ledger_domain *domain);
