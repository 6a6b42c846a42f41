/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The policy of a reservation, from the keys of fd-shmem.conf (conf/keys/keys.c). A key that reservations use
 * is a member here and a row there, with the name of its option. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/words/amount.h"
#include "basic/words/device-spec.h"

enum shortage_policy { SHORTAGE_FAIL, SHORTAGE_CONTINUE };
enum existing_policy { EXISTING_ADOPT, EXISTING_ADD };
enum defrag_policy { DEFRAG_AUTO, DEFRAG_ALWAYS, DEFRAG_NEVER };

/* Of one domain. */
struct domain_policy {
        enum shortage_policy shortage; /* CONTINUE: keep the available pages */
        enum existing_policy existing; /* ADOPT: existing pages that belong to no domain count */
        bool release;                  /* the pages are released at teardown */
        struct device_list devices;    /* whose nodes near: and device: mean */
};

/* The headroom of a node if none is configured: so much, and one such part of the node's memory, at most
 * so much (reserve/headroom.h has the reasons). */
#define HEADROOM_BASE_MIB 192
#define HEADROOM_PART     64
#define HEADROOM_MAX_GIB  4

/* Of all reservations on the machine. */
struct machine_policy {
        enum defrag_policy defrag;
        bool headroom_set;      /* or else the default */
        struct amount headroom; /* bytes or percent of the node's memory */
};

/* NULL: the default. */
static inline const struct amount *policy_headroom(const struct machine_policy *policy)
{
        return policy->headroom_set ? &policy->headroom : NULL;
}
