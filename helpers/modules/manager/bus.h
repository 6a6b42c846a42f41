/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* For the files of this room: the names of org.freedesktop.systemd1(5). The private socket knows one
 * peer, the manager itself, and wants no destination. */

#include <systemd/sd-bus.h>

#include "basic/cleanup.h"

#define BUS_OBJECT  "/org/freedesktop/systemd1"
#define BUS_MANAGER "org.freedesktop.systemd1.Manager"
#define BUS_UNIT    "org.freedesktop.systemd1.Unit"
#define BUS_SERVICE "org.freedesktop.systemd1.Service"

#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)
