/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* When domains change places in the configuration, each moves in while the other moves out. */

#include "helpers/modules/ledger/ledger.h"

typedef struct sd_bus sd_bus;

/* Waits until the ledger has no other domain at PATH, above or below it, for as long as systemd is
 * starting or stopping that domain. -EADDRINUSE, logged: it stays. To be called after DOMAIN itself has
 * left its former place; otherwise two domains would wait for each other. */
int departure_wait(sd_bus *bus, const struct machine *machine, const char *domain,
                   const char *path);
