/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The boot that follows a soft reboot. Units, pages and records survive it; the root directory may be
 * another one, and mounts below the old one are gone. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/manager/manager.h"

/* Queues a restart of the domains that are up and have lost mounts or directories in a soft reboot. In
 * any other situation it does nothing, and reads nothing. TARGET: whose check is running; a soft reboot
 * has left it active. */
void renewal_run(sd_bus *bus, const struct machine *machine, const char *target);
