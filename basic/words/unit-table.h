/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Every unit of fd-shmem by its name. From here come what units/meson.build installs and the units that
 * are made for each domain; whatever is done with all parts of a domain (waiting for their start, stopping
 * those that systemd still counts as active) goes by the roles. */

#include <stdbool.h>

#include "basic/words/page-type.h"

enum unit_role {
        UNIT_PART =
                1 << 0, /* active for as long as the domain is up; the teardown comes after it */
        UNIT_STOP = 1 << 1,    /* takes the domain down; may be left as failed */
        UNIT_OF_TYPE = 1 << 2, /* one for each type with a pool: the instance is DOMAIN:TYPE */
};

/* The units of one domain: templates, whose instance is the domain, in the order in which they start. */
#define DOMAIN_UNITS(X)                                                   \
        X(TARGET, "fd-shmem@.target", UNIT_PART)                          \
        X(PREPARE, "fd-shmem-prepare@.service", UNIT_PART)                \
        X(RESERVE, "fd-shmem-reserve@.service", UNIT_PART | UNIT_OF_TYPE) \
        X(SETUP, "fd-shmem-setup@.service", UNIT_PART)                    \
        X(TEARDOWN, "fd-shmem-teardown@.service", UNIT_STOP)              \
        X(ROLLBACK, "fd-shmem-rollback@.service", UNIT_STOP)              \
        X(LEFTOVER_PATH, "fd-shmem-leftover@.path", 0)                    \
        X(LEFTOVER, "fd-shmem-leftover@.service", UNIT_STOP)              \
        X(MODE, "fd-shmem-mode@.service", 0)                              \
        X(RESET, "fd-shmem-reset@.service", 0)                            \
        X(REPAIR, "fd-shmem-repair@.service", UNIT_OF_TYPE)

enum domain_unit {
#define X(unit, template, roles) DOMAIN_##unit,
        DOMAIN_UNITS(X)
#undef X
                N_DOMAIN_UNITS,
};

/* The units that exist once. */
#define UNIT_TARGET        "fd-shmem.target"
#define UNIT_GIGANTIC      "fd-shmem-gigantic.target"
#define UNIT_CHECK         "fd-shmem-check.service"
#define UNIT_LATE_TARGET   "fd-shmem-late.target"
#define UNIT_LATE_GIGANTIC "fd-shmem-late-gigantic.target"
#define UNIT_LATE_CHECK    "fd-shmem-late-check.service"
#define UNIT_RELOAD        "fd-shmem-reload.service"
#define UNIT_DEFRAG        "fd-shmem-defrag.service"
#define UNIT_WATCH         "fd-shmem-watch.service"
#define UNIT_WATCH_TIMER   "fd-shmem-watch.timer"
#define UNIT_METRICS       "fd-shmem-metrics.service"
#define UNIT_METRICS_TIMER "fd-shmem-metrics.timer"

/* Domains start in two phases, of which the second comes after the first: before sysinit.target, and when
 * nobody waits for them but the units that require them. */
enum phase { PHASE_BOOT, PHASE_LATE, N_PHASES };

struct phase_units {
        const char *target; /* wants all domains of the phase that are started at boot */
        const char *check;  /* fails if one of those is not up */
        const char
                *barrier; /* between the reservations of gigantic pages and those of smaller ones */
        const char *wanted_by;
};

const struct phase_units *phase_units(enum phase phase);

/* How the generator names its drop-in of a unit, in the directory UNIT.d/. */
#define UNIT_DROP_IN "50-fd-shmem.conf"

/* How it names the drop-in of a unit that requires a domain. */
#define UNIT_DROP_IN_OF_CONSUMER "50-fd-shmem-%s.conf"

/* How many units of a domain have the role UNIT_PART. */
enum {
        N_POOL_TYPES = N_PAGE_TYPES - 1,
#define X(unit, template, roles) \
        +((roles) &UNIT_PART ? ((roles) &UNIT_OF_TYPE ? N_POOL_TYPES : 1) : 0)
        N_DOMAIN_PARTS = DOMAIN_UNITS(X),
#undef X
};

bool domain_unit_has_role(enum domain_unit unit, enum unit_role role);

/* The name of the template, which is that of its file. */
const char *domain_unit_template(enum domain_unit unit);

/* fd-shmem-prepare@DOMAIN.service; for a unit of one page type DOMAIN is the whole instance, DOMAIN:TYPE.
 * The caller frees; NULL: no memory. */
char *domain_unit_name(enum domain_unit unit, const char *domain);

/* fd-shmem-reserve@DOMAIN:TYPE.service. */
char *domain_unit_name_of_type(enum domain_unit unit, const char *domain, enum page_type type);

/* The instance of which NAME is the UNIT. The caller frees; NULL: it is another unit, or no memory. */
char *domain_unit_instance(enum domain_unit unit, const char *name);

/* Whether NAME is a unit of fd-shmem, mounts of domains aside. */
bool unit_is_ours(const char *name);
