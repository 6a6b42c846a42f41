/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reserving the pages of one type for one domain, on all its nodes: all of them, or as they were. */

#include <stdbool.h>

#include "basic/page-request.h"
#include "basic/page-type.h"
#include "basic/policy.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/modules/kernel/machine.h"

struct reservation_request {
        const char *domain;
        enum page_type type;
        struct page_request pages;
        struct domain_policy policy;
        struct machine_policy machine_policy;
        struct grow_policy grow; /* its defrag is taken from MACHINE_POLICY */
};

/* Reserves what REQUEST asks for and enters it in the ledger; goes on from what the ledger has of an
 * earlier, perhaps interrupted run, so that a second run with the same request changes nothing. The
 * caller holds the lock of the type. Everything is logged, per node.
 *
 * 0: every page is there, read back, or (SHORTAGE_CONTINUE) fewer, with a warning. -ENOSPC: a shortage, or it
 * was refused for the headroom; -ECANCELED and others from grow.progress: given up. On failure what
 * this run added went back, and the ledger says what it said before. */
int reservation_make(const struct machine *machine, const struct reservation_request *request);
