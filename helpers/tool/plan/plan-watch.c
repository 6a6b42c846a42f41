/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/plan-watch.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/words/unit-table.h"

#define OPTION "--repair="

enum watch_step watch_compare(sd_bus *bus, const struct config *config)
{
        _cleanup_free_ char *state = NULL;
        int r = manager_unit_string(bus, UNIT_WATCH_TIMER, "ActiveState", &state);
        bool active = r >= 0 && strcmp(state, "active") == 0;
        bool declared = config->watch_usec > 0 && config->n_domains > 0;

        if ((r < 0 && r != -ENOENT) || active == declared)
                return WATCH_KEEP;
        return declared ? WATCH_START : WATCH_STOP;
}

const char *watch_step_name(enum watch_step step)
{
        static const char *const names[] = {
                [WATCH_KEEP] = NULL,
                [WATCH_START] = "start",
                [WATCH_STOP] = "stop",
        };

        return names[step];
}

char **watch_command(sd_bus *bus)
{
        char **command = NULL;

        return manager_unit_command(bus, UNIT_WATCH, &command) >= 0 ? command : NULL;
}

bool watch_repairs(char *const *command, const char *domain)
{
        for (; command && *command; command++)
                if (strncmp(*command, OPTION, strlen(OPTION)) == 0 &&
                    strcmp(*command + strlen(OPTION), domain) == 0)
                        return true;
        return false;
}
