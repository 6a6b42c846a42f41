/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/unit-names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/unit-name.h"

static int add_mount(struct domain_units *units, const char *base, enum page_type type)
{
        _cleanup_free_ char *path = NULL;
        int r;

        if (asprintf(&path, "%s/%s", base, page_type_directory(type)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = unit_name_from_path(path, ".mount", &units->names[units->n]);
        if (r == -ENAMETOOLONG)
                return 0; /* then systemd has no such unit either */
        if (r >= 0)
                units->is_mount[units->n++] = true;
        return r;
}

static int add_instance(char **ret, const char *prefix, const char *domain, const char *suffix)
{
        if (asprintf(ret, "%s@%s%s", prefix, domain, suffix) >= 0)
                return 0;
        *ret = NULL;
        return -ENOMEM;
}

int domain_units_list(const struct ledger_domain *domain, struct domain_units *ret)
{
        static const struct {
                const char *prefix, *suffix;
        } parts[] = {
                { "fd-shmem", ".target" },
                { "fd-shmem-prepare", ".service" },
                { "fd-shmem-reserve", ":gigantic.service" },
                { "fd-shmem-reserve", ":huge.service" },
                { "fd-shmem-setup", ".service" },
        };
        int r;

        r = add_instance(&ret->teardown, "fd-shmem-teardown", domain->name, ".service");
        if (r >= 0)
                r = add_instance(&ret->watcher, "fd-shmem-leftover", domain->name, ".path");
        if (r >= 0)
                r = add_instance(&ret->leftover, "fd-shmem-leftover", domain->name, ".service");
        if (r >= 0)
                r = add_instance(&ret->rollback, "fd-shmem-rollback", domain->name, ".service");
        for (size_t i = 0; i < ELEMENTSOF(parts) && r >= 0; i++) {
                r = add_instance(&ret->names[ret->n], parts[i].prefix, domain->name,
                                 parts[i].suffix);
                if (r >= 0)
                        ret->n++;
        }
        for (int type = 0; domain->path && type < N_PAGE_TYPES && r >= 0; type++)
                r = add_mount(ret, domain->path, type);
        return r;
}

void domain_units_done(struct domain_units *units)
{
        for (size_t i = 0; i < units->n; i++)
                free(units->names[i]);
        free(units->teardown);
        free(units->watcher);
        free(units->leftover);
        free(units->rollback);
        *units = (struct domain_units){};
}
