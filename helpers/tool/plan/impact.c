/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/impact.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/manager/dependents.h"

/* Whether one of the components of a control group's path, each ending in "/" or a newline, is UNIT. */
static bool is_in_unit(const char *cgroups, const char *unit)
{
        size_t length = strlen(unit);

        for (const char *found = strstr(cgroups, unit); found; found = strstr(found + 1, unit))
                if (found > cgroups && found[-1] == '/' &&
                    (found[length] == '/' || found[length] == '\n'))
                        return true;
        return false;
}

/* Whether systemd will have stopped the process by then. */
static bool is_consumers(const struct tool *tool, char **consumers, pid_t pid)
{
        _cleanup_free_ char *cgroups = NULL;
        char path[32];

        snprintf(path, sizeof(path), "%d/cgroup", (int) pid);
        if (!consumers || sysfs_read(tool->machine.procfs, path, &cgroups, NULL) < 0)
                return false;
        for (char **unit = consumers; *unit; unit++)
                if (is_in_unit(cgroups, *unit))
                        return true;
        return false;
}

static int add_holder(struct impact *impact, const char *path, const struct holder *holder)
{
        _cleanup_free_ char *who = NULL, *line = NULL;
        int r = holder_format(holder, &who);

        if (r < 0)
                return r;
        if (asprintf(&line, "%s: %s", path, who) < 0) {
                line = NULL;
                return -ENOMEM;
        }
        return string_list_add(&impact->holders, &impact->n_holders, line);
}

static int look_at_mount(const struct tool *tool, const struct live_domain *live,
                         enum page_type type, struct impact *impact)
{
        _cleanup_holders_ struct holder_list list = {};
        _cleanup_free_ char *path = NULL;
        int r;

        if (!live->mount[type].present)
                return 0;
        if (asprintf(&path, "%s/%s", live->path, page_type_directory(type)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = holders_find(tool->machine.procfs, live->mount[type].device, path, HOLDER_FILES, &list);
        for (size_t i = 0; i < list.n && r >= 0; i++)
                if (!is_consumers(tool, impact->consumers, list.holders[i].pid))
                        r = add_holder(impact, path, list.holders + i);
        return r;
}

int impact_find(const struct tool *tool, sd_bus *bus, const struct live_domain *live,
                struct impact *ret)
{
        const struct ledger_domain domain = { .name = live->name, .path = live->path[0] ? live->path : NULL };
        _cleanup_impact_ struct impact impact = {};
        int r;

        r = dependents_find(bus, &domain, &impact.consumers);
        for (int type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                r = look_at_mount(tool, live, type, &impact);
        if (r < 0)
                return log_error_errno(r, "%s: cannot find out who uses it: %m", live->name);

        *ret = impact;
        impact = (struct impact){};
        return 0;
}

void impact_done(struct impact *impact)
{
        string_list_free(impact->consumers);
        string_list_free(impact->holders);
        *impact = (struct impact){};
}
