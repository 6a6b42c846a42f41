/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages that the boot domains of a configuration ask for, added up by page size and node of a machine. */

#include <stdbool.h>
#include <stdint.h>

#include "conf/keys/model.h"
#include "helpers/tool/forecast/machine-file.h"

struct boot_pages {
        const struct machine_places *machine;
        uint64_t *sums
                [POOL_SLOTS_MAX]; /* by the number of the pools (machine_slot()), and by place of the machine;
                                         * NULL: none */
};

/* Leaves out domains with an error, and with EXCEPT, which may be NULL, those that this unit requires (RequiredBy=):
 * their pages are its own. -EOPNOTSUPP if the machine lacks a size that is asked for. Errors are
 * logged. RET borrows MACHINE. */
int boot_pages_add_up(const struct config *config, const struct machine_places *machine,
                      const char *except, struct boot_pages *ret);

/* Whether there is a page in the pools with number SLOT. */
bool boot_pages_any(const struct boot_pages *pages, unsigned slot);

void boot_pages_done(struct boot_pages *pages);

#define _cleanup_boot_pages_ _cleanup_(boot_pages_done)
