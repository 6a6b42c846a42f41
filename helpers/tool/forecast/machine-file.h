/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine that "fd-shmem query --json" described, read back: nodes with memory, and page types. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "basic/words/page-type.h"
#include "conf/keys/model.h"
#include "helpers/modules/devices/devices.h"
#include "helpers/modules/holdings/pool-slots.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/tool/forecast/offline-conditions.h"

struct machine_places {
        struct allocation_place *places; /* ascending by node */
        size_t n;
        struct page_size
                size[N_PAGE_TYPES]; /* of the types, unless a domain declares another one */
        struct pool_slots slots;    /* other sizes that it has */
        bool supported[POOL_SLOTS_MAX];
        struct devices devices;
        bool has_devices; /* they are known, whether there are any or not */
        char *kernel; /* its release, "6.1.0-18-amd64"; NULL: unknown */
        struct machine_facts facts; /* of a description */
};

/* Reads FILE. -EBADMSG (logged) if it is not the output of query, or no node has memory. */
int machine_places_read(const char *file, struct machine_places *ret);

/* This machine. Errors are logged. */
int machine_places_probe(const struct machine *machine, struct machine_places *ret);

/* The number of the pools for the domain's pages of TYPE, and their size. The number is
 * pool_slots_end() if the machine has no pages of a size that the domain declares. */
unsigned machine_slot(const struct machine_places *machine, const struct domain *domain,
                      enum page_type type, struct page_size *ret_size);

/* The size of the pages in the pools with number SLOT. */
struct page_size machine_slot_size(const struct machine_places *machine, unsigned slot);

void machine_places_done(struct machine_places *places);

#define _cleanup_places_ _cleanup_(machine_places_done)
