/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/unmounted.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

/* Keys of mounts that are written nevertheless, perhaps in another file. */
static void warn_of_keys(struct loader *loader, struct section *section)
{
        size_t n;
        const struct key *keys = keys_of(SECTION_DOMAIN, &n);

        for (size_t i = 0; i < n; i++) {
                const struct place *place = section_place(section, keys[i].name);

                if (keys[i].of_mounts && place != &section->where)
                        loader_problem(loader, LOG_WARNING, section, place,
                                       "%s= has no effect: with Mounts=no the domain has no directory and "
                                       "no mounts",
                                       keys[i].name);
        }
}

int unmounted_settle(struct loader *loader, struct section *section)
{
        struct domain *domain = &section->domain;
        bool any = false;

        warn_of_keys(loader, section);
        domain->path = strdup("");
        if (!domain->path)
                return -ENOMEM;

        domain->normal = NORMAL_NONE;
        for_each_pool_type(type) {
                if (domain->request[type].scope == REQUEST_MOUNT)
                        domain->request[type].scope = REQUEST_NONE;
                any |= domain->request[type].scope != REQUEST_NONE;
        }
        if (!any)
                loader_problem(loader, LOG_ERR, section, section_place(section, "Mounts"),
                               "nothing would be reserved: with Mounts=no, Huge= or Gigantic= has to ask "
                               "for pages, such as Huge=0:512");
        return 0;
}
