/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/domain-parts.h"

#include <errno.h>
#include <stdio.h>

#include "basic/unit-name.h"

static int add(struct domain_parts *parts, char *name, bool is_mount)
{
        if (!name)
                return -ENOMEM;
        parts->items[parts->n++] = (struct domain_part){ .name = name, .is_mount = is_mount };
        return 0;
}

static int add_mount(struct domain_parts *parts, const char *base, enum page_type type)
{
        _cleanup_free_ char *path = NULL;
        char *name;
        int r;

        if (asprintf(&path, "%s/%s", base, page_type_directory(type)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = unit_name_from_path(path, ".mount", &name);
        if (r == -ENAMETOOLONG)
                return 0; /* then systemd has no such unit either */
        return r < 0 ? r : add(parts, name, true);
}

/* One for each page type that has a pool, in the order in which they start: the largest first. */
static int add_types(struct domain_parts *parts, enum domain_unit unit, const char *domain)
{
        int r = 0;

        for (int type = N_PAGE_TYPES - 1; type >= 0 && r >= 0; type--)
                if (page_type_has_pool(type))
                        r = add(parts, domain_unit_name_of_type(unit, domain, type), false);
        return r;
}

int domain_parts_list(const struct ledger_domain *domain, struct domain_parts *ret)
{
        int r = 0;

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS && r >= 0; unit++) {
                if (!domain_unit_has_role(unit, UNIT_PART))
                        continue;
                r = domain_unit_has_role(unit, UNIT_OF_TYPE)
                            ? add_types(ret, unit, domain->name)
                            : add(ret, domain_unit_name(unit, domain->name), false);
        }
        for (int type = 0; domain->path && type < N_PAGE_TYPES && r >= 0; type++)
                r = add_mount(ret, domain->path, type);
        return r;
}

void domain_parts_done(struct domain_parts *parts)
{
        for (size_t i = 0; i < parts->n; i++)
                free(parts->items[i].name);
        *parts = (struct domain_parts){};
}
