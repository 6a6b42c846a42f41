/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Status lines with numbers. */

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* "node 0: 160 of 160 huge pages; node 1: ...", as the ledger has it. */
void status_reservation(const struct machine *machine, const char *domain, enum page_type type);
