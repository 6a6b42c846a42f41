/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/common/reload-hint.h"

#include "basic/log.h"
#include "conf/switch-reason.h"
#include "helpers/modules/manager/reload.h"

char *reload_reason(const struct tool *tool, sd_bus *bus)
{
        char *change = NULL;

        return bus && reload_find_change(bus, tool->root, &change) > 0 ? change : NULL;
}

const char *reload_switched_off(const struct tool *tool)
{
        return switch_reason(tool->root, switch_in_container(tool->root));
}

void reload_tell_switched_off(const struct tool *tool)
{
        const char *reason = reload_switched_off(tool);

        if (reason)
                log_notice("Switched off: %s. No domain starts.", reason);
}

int reload_refuse_switched_off(const struct tool *tool)
{
        const char *reason = reload_switched_off(tool);

        return reason ? log_error_errno(EHOSTDOWN, "Switched off: %s. No domain starts.", reason)
                      : 0;
}
