/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/mount-layout.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/unit-name.h"

bool mount_layout_reserves(const struct mount_layout *layout, enum page_type type)
{
        return page_type_has_pool(type) && domain_page_size(layout->domain, type).bytes > 0 &&
               layout->domain->request[type].scope > REQUEST_MOUNT;
}

static bool wants_mount(const struct domain *domain, enum page_type type)
{
        if (!domain->mounts)
                return false;
        if (type == PAGE_NORMAL)
                return domain->normal != NORMAL_NONE;

        /* an architecture without such pages has no such mount */
        return domain_page_size(domain, type).bytes > 0 &&
               domain->request[type].scope != REQUEST_NONE;
}

static int set_mount(struct mount_layout *layout, const struct fstab *fstab, enum page_type type)
{
        const struct domain *domain = layout->domain;
        int r;

        if (!wants_mount(domain, type))
                return 0;

        if (asprintf(&layout->path[type], "%s/%s",
                     strcmp(domain->path, "/") == 0 ? "" : domain->path,
                     page_type_directory(type)) < 0) {
                layout->path[type] = NULL;
                return -ENOMEM;
        }

        if (fstab_has_mount(fstab, layout->path[type])) {
                log_info("/etc/fstab declares %s, so domain %s makes no %s mount",
                         layout->path[type], domain->name, page_type_name(type));
                layout->mount[type] = MOUNT_FOREIGN;
                return 0;
        }

        layout->mount[type] = MOUNT_OURS;
        r = unit_name_from_path(layout->path[type], ".mount", &layout->unit[type]);
        if (r < 0 || !domain->place[type])
                return r;
        if (fstab_has_mount(fstab, domain->place[type])) {
                log_warning("/etc/fstab declares %s, so domain %s has no %s mount there",
                            domain->place[type], domain->name, page_type_name(type));
                return 0;
        }
        return unit_name_from_path(domain->place[type], ".mount", &layout->place_unit[type]);
}

int mount_layout_make(const struct domain *domain, const struct fstab *fstab,
                      struct mount_layout *ret)
{
        _cleanup_mount_layout_ struct mount_layout layout = { .domain = domain };

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                int r = set_mount(&layout, fstab, type);

                if (r < 0)
                        return r;
        }

        *ret = layout;
        layout = (struct mount_layout){};
        return 0;
}

void mount_layout_done(struct mount_layout *layout)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(layout->path[type]);
                free(layout->unit[type]);
                free(layout->place_unit[type]);
        }
}
