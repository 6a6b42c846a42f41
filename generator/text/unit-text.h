/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of the generated units; template_fill() fills the places in braces. */

#include "basic/words/unit-table.h"

/* The drop-in of a domain's UNIT, or NULL if the unit needs none; the target needs it if it is wanted by
 * fd-shmem-late.target. */
const char *unit_text_of_domain(enum domain_unit unit);

/* The same for a domain that must not be started. */
const char *unit_text_of_error(enum domain_unit unit);

/* A whole .mount unit. */
extern const char unit_text_mount[];

/* The same of a mount's other place. */
extern const char unit_text_place[];

/* A target between the reservations of two page sizes, and what orders a static one after another. */
extern const char unit_text_barrier[];
extern const char unit_text_larger_barrier[];

/* The drop-in of a unit that requires a domain. */
extern const char unit_text_consumer[];

/* Drop-ins of the units that exist once per machine. */
extern const char unit_text_check[];
extern const char unit_text_check_domains[]; /* of a phase with domains */
extern const char unit_text_watch_timer[];
extern const char unit_text_watch_service[];
