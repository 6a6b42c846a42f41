/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Conditions of a domain on a described machine, for those that the description answers. */

#include <stdint.h>

/* What a description says of its machine as a whole. */
struct machine_facts {
        char *architecture; /* as uname -m; NULL: unknown. Owned */
        char *host;         /* its name; NULL: unknown. Owned */
        uint64_t memory;    /* in bytes */
        uint64_t cpus;      /* that systemd may run on; 0: unknown */
};

enum conditions_answer {
        CONDITIONS_MET,
        CONDITIONS_UNMET,
        CONDITIONS_OPEN, /* only a boot there can tell */
};

/* Whether systemd would start a domain with CONDITIONS there ("Memory=>=64G", ended by NULL; NULL: none). */
enum conditions_answer conditions_judge(char *const *conditions, const struct machine_facts *facts);
