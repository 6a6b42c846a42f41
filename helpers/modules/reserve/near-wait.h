/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waits for devices that drivers make. */

#include "basic/words/device-spec.h"
#include "helpers/modules/kernel/machine.h"

/* At most. */
#define NEAR_WAIT_SEC          30
#define NEAR_WAIT_OPTIONAL_SEC 10

/* Waits until there is at least one device for each word of LIST that systemd has no unit for, a pattern or an
 * optional one; WAITING is called before each pause, and ends the wait by a negative errno. Whether they have
 * come is not said: 0. Failures are logged. */
int near_wait(const struct machine *machine, const struct device_list *list,
              int (*waiting)(const struct device_spec *spec, void *userdata), void *userdata);
