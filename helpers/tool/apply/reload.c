/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/apply/reload.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/manager/settle.h"

int reload_is_due(const struct tool *tool, sd_bus *bus, const struct config *config, bool *ret)
{
        *ret = false;
        for (size_t i = 0; bus && i < config->n_domains && !*ret; i++)
                *ret = !settle_domain_is_declared(bus, config->domains[i].name);
        return 0;
}

int switch_is_off(const struct tool *tool, char **ret)
{
        *ret = NULL;
        return 0;
}
