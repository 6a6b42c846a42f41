/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/validate-units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/words/unit-name.h"

/* Whether NAME is the unit for a mount at PATH, or for its automount. 1, 0, -ENOMEM. */
static int is_mount_of(const char *name, const char *path)
{
        static const char *const suffixes[] = { ".mount", ".automount" };

        for (size_t i = 0; i < ELEMENTSOF(suffixes); i++) {
                _cleanup_free_ char *unit = NULL;
                int r = unit_name_from_path(path, suffixes[i], &unit);

                if (r == -ENOMEM)
                        return r;
                if (r >= 0 && strcmp(unit, name) == 0)
                        return 1;
        }
        return 0;
}

/* The same for PATH and the directories above it. */
static int is_mount_above(const char *name, const char *path)
{
        _cleanup_free_ char *prefix = strdup(path);
        char *slash;
        int r;

        if (!prefix)
                return -ENOMEM;
        for (;;) {
                r = is_mount_of(name, prefix);
                slash = strrchr(prefix, '/');
                if (r != 0 || !slash || slash == prefix)
                        return r;
                *slash = '\0';
        }
}

static int is_own_mount(const char *name, const struct domain *domain)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *mount = NULL;
                int r;

                r = domain->place[type] ? is_mount_of(name, domain->place[type]) : 0;
                if (r != 0)
                        return r;
                if (asprintf(&mount, "%s/.%s", domain->path, page_type_name(type)) < 0) {
                        mount = NULL;
                        return -ENOMEM;
                }
                r = is_mount_of(name, mount);
                if (r != 0)
                        return r;
        }
        return 0;
}

int validate_units(struct loader *loader, struct section *section)
{
        const struct domain *domain = &section->domain;
        const struct place *place;

        if (!domain->required_by)
                return 0;
        place = section_place(section, "RequiredBy");
        for (char **unit = domain->required_by; *unit; unit++) {
                int above = is_mount_above(*unit, domain->path);
                int own = above == 0 ? is_own_mount(*unit, domain) : above;

                if (own == -ENOMEM)
                        return own;
                if (above > 0)
                        loader_problem(
                                loader, LOG_ERR, section, place,
                                "RequiredBy=: '%s' cannot require the domain: its directory, "
                                "'%s', is on that mount",
                                *unit, domain->path);
                else if (own > 0)
                        loader_problem(loader, LOG_ERR, section, place,
                                       "RequiredBy=: '%s' is a mount of the domain itself", *unit);
        }
        return 0;
}
