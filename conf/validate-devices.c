/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <syslog.h>

#include "conf/validate.h"

static bool is_bad(const struct section *section, const char *name)
{
        return section->bad[keys_find(SECTION_DOMAIN, name)];
}

void validate_devices(struct loader *loader, struct section *section)
{
        const struct domain *domain = &section->domain;
        const struct place *place;

        if (domain->policy.devices.n == 0 && !domain_uses_devices(domain))
                return;
        place = section_place(section, "Devices");
        if (is_bad(section, "Devices") || is_bad(section, "Huge") || is_bad(section, "Gigantic") ||
            is_bad(section, "Normal"))
                return;
        if (domain_normal_is_near(domain) && domain->policy.devices.n == 0)
                loader_problem(loader, LOG_ERR, section, section_place(section, "Normal"),
                               "Normal= asks for memory near devices, but Devices= names none; set it, "
                               "as in Devices=pci:15b3:1017 net:eth2");
        for_each_pool_type(type)
                if (page_request_is_near(&domain->request[type]) && domain->policy.devices.n == 0)
                        loader_problem(loader, LOG_ERR, section,
                                       section_place(section, page_type_key(type)),
                                       "%s= asks for pages near devices, but Devices= names none; "
                                       "set it, as in Devices=pci:15b3:1017 net:eth2",
                                       page_type_key(type));
        if (domain->policy.devices.n > 0 && !domain_uses_devices(domain))
                loader_problem(loader, LOG_WARNING, section, place,
                               "Devices= does nothing: neither Huge= nor Gigantic= is near:AMOUNT "
                               "or device:AMOUNT, nor Normal= SIZE@near");
        if (domain->boot == BOOT_YES && domain_is_late(domain) &&
            section_place(section, "Boot") != &section->where)
                loader_problem(loader, LOG_WARNING, section, section_place(section, "Boot"),
                               "Boot=yes is the same as Boot=late here: Devices= (%s:%u) names "
                               "what a driver makes, which may be later than the early boot",
                               place->file, place->line);
}
