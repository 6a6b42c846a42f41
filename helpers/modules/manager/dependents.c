/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/dependents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/modules/manager/domain-parts.h"

/* The dependencies through which a stop is propagated (src/core/unit-dependency-atom.c:
 * UNIT_ATOM_PROPAGATE_STOP), seen from the unit that stops. */
static const char *const properties[] = { "RequiredBy", "BoundBy", "ConsistsOf", "RequisiteOf" };

struct search {
        sd_bus *bus;
        const struct domain_parts *own;
        char **found; /* also those that are not active, so that none is visited twice */
        size_t n;
};

static bool is_own(const struct search *search, const char *unit)
{
        if (unit_is_ours(unit))
                return true;
        for (size_t i = 0; i < search->own->n; i++)
                if (strcmp(search->own->items[i].name, unit) == 0)
                        return true;
        return false;
}

static int visit(struct search *search, const char *unit)
{
        for (size_t i = 0; i < ELEMENTSOF(properties); i++) {
                _cleanup_strings_ char **names = NULL;
                int r = manager_unit_list(search->bus, unit, properties[i], &names);

                if (r < 0 && r != -ENOENT)
                        return r;
                for (char **name = names; name && *name; name++) {
                        if (is_own(search, *name) || string_list_contains(search->found, *name))
                                continue;
                        r = string_list_add(&search->found, &search->n, *name);
                        if (r < 0)
                                return r;
                }
        }
        return 0;
}

static bool is_up(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL;

        return manager_unit_string(bus, unit, "ActiveState", &state) >= 0 &&
               strcmp(state, "inactive") != 0 && strcmp(state, "failed") != 0;
}

static int compare_strings(const void *a, const void *b)
{
        return strcmp(*(char *const *) a, *(char *const *) b);
}

static int take_active(struct search *search, char ***ret)
{
        _cleanup_strings_ char **active = calloc(1, sizeof(*active));
        size_t n = 0;

        if (!active)
                return -ENOMEM;
        for (size_t i = 0; i < search->n; i++) {
                int r = is_up(search->bus, search->found[i])
                                ? string_list_add(&active, &n, search->found[i])
                                : 0;

                if (r < 0)
                        return r;
        }
        qsort(active, n, sizeof(*active), compare_strings);
        *ret = TAKE_PTR(active);
        return 0;
}

int dependents_find(sd_bus *bus, const struct ledger_domain *domain, char ***ret)
{
        _cleanup_domain_parts_ struct domain_parts parts = {};
        struct search search = { .bus = bus, .own = &parts };
        int r = bus ? domain_parts_list(domain, &parts) : 0;

        for (size_t i = 0; bus && i < parts.n && r >= 0; i++)
                r = visit(&search, parts.items[i].name);
        for (size_t i = 0; i < search.n && r >= 0; i++) /* which grows meanwhile */
                r = visit(&search, search.found[i]);
        if (r >= 0)
                r = take_active(&search, ret);
        string_list_free(search.found);
        return r;
}
