/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine that "fd-shmem query --json" described, read back: nodes with memory, and page types. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "basic/words/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/reserve/allocation.h"

struct machine_places {
        struct allocation_place *places; /* ascending by node */
        size_t n;
        bool supported[N_PAGE_TYPES];
        char *kernel; /* its release, "6.1.0-18-amd64"; NULL: unknown */
};

/* Reads FILE. -EBADMSG (logged) if it is not the output of query, or no node has memory. */
int machine_places_read(const char *file, struct machine_places *ret);

/* This machine. Errors are logged. */
int machine_places_probe(const struct machine *machine, struct machine_places *ret);

void machine_places_done(struct machine_places *places);

#define _cleanup_places_ _cleanup_(machine_places_done)
