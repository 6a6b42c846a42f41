/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The boot that follows a soft reboot. Units, pages and records have come through it; the root
 * directory may be another one, and what was mounted below the old one is gone with it. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/manager/manager.h"

/* Queues a restart of the domains that are up and have lost mounts or directories in a soft reboot. In
 * any other situation it does nothing, and looks at nothing. */
void renewal_run(sd_bus *bus, const struct machine *machine);
