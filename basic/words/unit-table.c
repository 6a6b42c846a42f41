/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/unit-table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
        const char *template;
        unsigned roles;
} units[N_DOMAIN_UNITS] = {
#define X(unit, template, roles) [DOMAIN_##unit] = { template, roles },
        DOMAIN_UNITS(X)
#undef X
};

#define X(unit, template, roles)                                                      \
        static_assert(((roles) & (UNIT_PART | UNIT_STOP)) != (UNIT_PART | UNIT_STOP), \
                      template ": part of the domain, or what takes it down?");
DOMAIN_UNITS(X)
#undef X

static_assert(PAGE_NORMAL == 0,
              "normal pages, which have no pool, are counted out of N_POOL_TYPES");

const struct phase_units *phase_units(enum phase phase)
{
        static const struct phase_units phases[N_PHASES] = {
                [PHASE_BOOT] = { UNIT_TARGET, UNIT_CHECK, UNIT_GIGANTIC, "sysinit.target" },
                [PHASE_LATE] = { UNIT_LATE_TARGET, UNIT_LATE_CHECK, UNIT_LATE_GIGANTIC,
                                 "multi-user.target" },
        };

        return &phases[phase];
}

bool domain_unit_has_role(enum domain_unit unit, enum unit_role role)
{
        return units[unit].roles & role;
}

const char *domain_unit_template(enum domain_unit unit)
{
        return units[unit].template;
}

/* The part of the name before the instance, including "@". */
static size_t prefix_length(const char *template)
{
        return strcspn(template, "@") + 1;
}

/* The instance of UNIT that is DOMAIN, or, with a TYPE, DOMAIN:TYPE. */
static char *make_name(enum domain_unit unit, const char *domain, const char *type)
{
        const char *template = units[unit].template;
        size_t prefix = prefix_length(template);
        char *name = malloc(strlen(template) + strlen(domain) + strlen(":") + strlen(type) + 1);
        char *t;

        if (!name)
                return NULL;
        t = stpcpy(mempcpy(name, template, prefix), domain);
        if (*type)
                t = stpcpy(stpcpy(t, ":"), type);
        stpcpy(t, template + prefix);
        return name;
}

char *domain_unit_name(enum domain_unit unit, const char *domain)
{
        return make_name(unit, domain, "");
}

char *domain_unit_name_of_type(enum domain_unit unit, const char *domain, enum page_type type)
{
        return make_name(unit, domain, page_type_name(type));
}

char *domain_unit_instance(enum domain_unit unit, const char *name)
{
        const char *template = units[unit].template;
        size_t prefix = prefix_length(template), length = strlen(name);
        size_t suffix = strlen(template + prefix);

        if (strncmp(name, template, prefix) != 0 || length <= prefix + suffix ||
            strcmp(name + length - suffix, template + prefix) != 0)
                return NULL;
        return strndup(name + prefix, length - prefix - suffix);
}

bool unit_is_ours(const char *name)
{
        return strncmp(name, "fd-shmem", strlen("fd-shmem")) == 0;
}
