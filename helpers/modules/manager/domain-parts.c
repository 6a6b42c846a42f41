/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/domain-parts.h"

#include <errno.h>
#include <stdio.h>

#include "basic/words/unit-name.h"

static int add(struct domain_parts *parts, char *name, bool is_mount)
{
        if (!name)
                return -ENOMEM;
        parts->items[parts->n++] = (struct domain_part){ .name = name, .is_mount = is_mount };
        return 0;
}

static int add_mount_at(struct domain_parts *parts, const char *path)
{
        char *name;
        int r = unit_name_from_path(path, ".mount", &name);

        if (r == -ENAMETOOLONG)
                return 0; /* then systemd has no such unit either */
        return r < 0 ? r : add(parts, name, true);
}

static int add_mount(struct domain_parts *parts, const char *base, enum page_type type)
{
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", base, page_type_directory(type)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        return add_mount_at(parts, path);
}

int domain_parts_list(const struct ledger_domain *domain, struct domain_parts *ret)
{
        int r = 0;

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS && r >= 0; unit++) {
                if (!domain_unit_has_role(unit, UNIT_PART))
                        continue;
                if (!domain_unit_has_role(unit, UNIT_OF_TYPE)) {
                        r = add(ret, domain_unit_name(unit, domain->name), false);
                        continue;
                }
                for_each_pool_type(type)
                        if (r >= 0)
                                r = add(ret, domain_unit_name_of_type(unit, domain->name, type),
                                        false);
        }
        for (int type = 0; domain->path && type < N_PAGE_TYPES && r >= 0; type++)
                r = add_mount(ret, domain->path, type);
        for (int type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                if (domain->place[type])
                        r = add_mount_at(ret, domain->place[type]);
        return r;
}

void domain_parts_done(struct domain_parts *parts)
{
        for (size_t i = 0; i < parts->n; i++)
                free(parts->items[i].name);
        *parts = (struct domain_parts){};
}
