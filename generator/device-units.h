/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units of devices that a domain waits for. */

#include "conf/keys/model.h"

/* The names of the units (systemd.device(5)) of the devices of DOMAIN that a driver makes, separated by
 * blanks; NULL if there is none. Those that may be absent, and those that are patterns, have none: `reserve`
 * itself waits for them, for a shorter time. Caller frees. */
int device_units(const struct domain *domain, char **ret);
