/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* systemd's view of a domain's mounts. It reads the mount table when the kernel notifies it of a change,
 * but not more than five times a second (src/core/mount.c: mount_enumerate() limits the event source):
 * for up to a second after a mount has gone, its unit may count as active, and a start of the domain
 * would then have no effect. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

/* Waits until systemd has seen that the domain's mounts are gone, at most a few seconds; returns
 * immediately without systemd. The caller has unmounted them. */
void mount_units_wait_until_gone(sd_bus *bus, const struct ledger_domain *domain);

/* Starts the domain's mounts that are missing and have no start job, because systemd considered them
 * mounted when the start was queued. The units' own ordering applies. Failures are logged: the setup that
 * follows detects missing mounts. */
void mount_units_start_missing(sd_bus *bus, const struct machine *machine,
                               const struct ledger_domain *domain);

/* The domain's mounts stay, because they are in use: keeps systemd from stopping them, too. If they are
 * used in another mount namespace, systemd's unmounting would not fail with EBUSY. */
void mount_units_keep(sd_bus *bus, const struct ledger_domain *domain);
