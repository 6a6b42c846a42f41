/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <systemd/sd-bus.h>

#include "tests/manager/fake-manager.h"

/* Appends to REPLY, as a variant, the property NAME of UNIT. */
int fake_append_property(sd_bus_message *reply, const struct fake_unit *unit, const char *name);
