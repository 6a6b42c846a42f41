/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mounts of one domain, and who mounts them. */

#include "basic/cleanup.h"
#include "conf/keys/model.h"
#include "generator/fstab.h"

enum mount_plan {
        MOUNT_NONE,
        MOUNT_OURS,
        MOUNT_FOREIGN, /* declared in fstab */
};

struct mount_layout {
        const struct domain *domain;
        enum mount_plan mount[N_PAGE_TYPES];
        char *path[N_PAGE_TYPES]; /* mount points; NULL with MOUNT_NONE */
        char *unit[N_PAGE_TYPES]; /* names of mount units; NULL unless MOUNT_OURS */
        char *place_unit[N_PAGE_TYPES]; /* the same of the mount at the domain's other place, if any */
};

/* Lays out the mounts of DOMAIN, which must outlive the layout. Logs the mounts left to FSTAB.
 * -ENOMEM is the only failure with a configuration that was checked. */
int mount_layout_make(const struct domain *domain, const struct fstab *fstab,
                      struct mount_layout *ret);

void mount_layout_done(struct mount_layout *layout);

/* Whether pages of TYPE are to be reserved. */
bool mount_layout_reserves(const struct mount_layout *layout, enum page_type type);

#define _cleanup_mount_layout_ _cleanup_(mount_layout_done)
