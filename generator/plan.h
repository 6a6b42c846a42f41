/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be mounted for one domain, and by whom. */

#include "basic/cleanup.h"
#include "conf/model.h"
#include "generator/fstab.h"

enum mount_plan {
        MOUNT_NONE,
        MOUNT_OURS,
        MOUNT_FOREIGN, /* declared in fstab */
};

struct plan {
        const struct domain *domain;
        enum mount_plan mount[N_PAGE_TYPES];
        char *path[N_PAGE_TYPES]; /* mount points; NULL with MOUNT_NONE */
        char *unit[N_PAGE_TYPES]; /* names of mount units; NULL unless MOUNT_OURS */
};

/* Plans the mounts of DOMAIN, which must outlive the plan. Logs what is left to FSTAB.
 * -ENOMEM is the only failure with a configuration that was checked. */
int plan_domain(const struct domain *domain, const struct fstab *fstab, struct plan *ret);

void plan_done(struct plan *plan);

/* Whether pages of TYPE are to be reserved. */
bool plan_reserves(const struct plan *plan, enum page_type type);

#define _cleanup_plan_ _cleanup_(plan_done)
