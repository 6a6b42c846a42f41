/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/plan.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/unit-name.h"

bool plan_reserves(const struct plan *plan, enum page_type type)
{
        return page_type_has_pool(type) && page_type_size(type) > 0 &&
               plan->domain->request[type].scope > REQUEST_MOUNT;
}

static bool wants_mount(const struct domain *domain, enum page_type type)
{
        if (type == PAGE_NORMAL)
                return domain->normal != NORMAL_NONE;

        /* an architecture without such pages has no such mount */
        return page_type_size(type) > 0 && domain->request[type].scope != REQUEST_NONE;
}

static int plan_mount(struct plan *plan, const struct fstab *fstab, enum page_type type)
{
        const struct domain *domain = plan->domain;

        if (!wants_mount(domain, type))
                return 0;

        if (asprintf(&plan->path[type], "%s/%s", strcmp(domain->path, "/") == 0 ? "" : domain->path,
                     page_type_directory(type)) < 0) {
                plan->path[type] = NULL;
                return -ENOMEM;
        }

        if (fstab_has_mount(fstab, plan->path[type])) {
                log_info("/etc/fstab declares %s: left to it, domain %s makes no %s mount",
                         plan->path[type], domain->name, page_type_name(type));
                plan->mount[type] = MOUNT_FOREIGN;
                return 0;
        }

        plan->mount[type] = MOUNT_OURS;
        return unit_name_from_path(plan->path[type], ".mount", &plan->unit[type]);
}

int plan_domain(const struct domain *domain, const struct fstab *fstab, struct plan *ret)
{
        _cleanup_plan_ struct plan plan = { .domain = domain };

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                int r = plan_mount(&plan, fstab, type);

                if (r < 0)
                        return r;
        }

        *ret = plan;
        plan = (struct plan){ 0 };
        return 0;
}

void plan_done(struct plan *plan)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(plan->path[type]);
                free(plan->unit[type]);
        }
}
