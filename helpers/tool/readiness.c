/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/readiness.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "conf/load.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/tool/inspect/damage.h"

const char *readiness_name(enum readiness readiness)
{
        static const char *const names[N_READINESS] = {
                [READINESS_UP] = "up",
                [READINESS_STARTING] = "starting",
                [READINESS_STOPPING] = "stopping",
                [READINESS_DAMAGED] = "damaged",
                [READINESS_INACTIVE] = "inactive",
                [READINESS_LEFTOVER] = "leftover",
                [READINESS_FAILED] = "failed",
                [READINESS_UNMET] = "unmet",
                [READINESS_DOWN] = "down",
                [READINESS_UNKNOWN] = "unknown",
        };

        return names[readiness];
}

/* The state of the domain's target in systemd. */
struct target {
        bool active; /* or it cannot be queried */
        bool starts, stops;
};

static int look_at_target(sd_bus *bus, const char *domain, struct target *ret)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TARGET, domain), *state = NULL, *job = NULL;
        int r;

        *ret = (struct target){ .active = true };
        if (!unit)
                return log_oom();
        if (!bus)
                return 0;
        r = manager_unit_string(bus, unit, "ActiveState", &state);
        if (r >= 0)
                r = manager_job_type(bus, unit, &job);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "%s: cannot ask systemd for its state: %m", unit);

        ret->active = state && strcmp(state, "active") == 0;
        ret->stops = job && strcmp(job, "stop") == 0;
        ret->starts = job && !ret->stops;
        return 0;
}

/* The state in the ledger: READINESS_UP, STARTING, LEFTOVER, or DOWN. */
static int look_at_ledger(const struct tool *tool, const char *domain, enum readiness *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_handover_ struct ledger_handover handover = {};
        int r;

        *ret = READINESS_DOWN;
        if (tool->machine.state < 0)
                return 0;
        if (ledger_is_leftover(tool->machine.state, domain)) {
                *ret = READINESS_LEFTOVER;
                return 0;
        }
        r = ledger_load_domain(&tool->machine, domain, &record);
        if (r < 0 || record.of_other_boot)
                return r == -ENOENT ? 0 : r;
        r = ledger_load_handover(&tool->machine, domain, &handover);
        if (r < 0 && r != -ENOENT)
                return r;
        *ret = r >= 0 && !handover.complete ? READINESS_STARTING : READINESS_UP;
        return 0;
}

static enum readiness judge_down(const struct tool *tool, sd_bus *bus, const char *domain)
{
        _cleanup_config_ struct config config = {};
        _cleanup_free_ char *failure = NULL, *unmet = NULL;

        if (bus && conditions_unmet(bus, domain, &unmet) > UNMET_NONE)
                return READINESS_UNMET;
        if (tool->machine.state >= 0 &&
            ledger_load_failure(tool->machine.state, domain, &failure) >= 0)
                return READINESS_FAILED;
        (void) config_load(tool->root, NULL, NULL, &config);
        return config_find(&config, domain) ? READINESS_DOWN : READINESS_UNKNOWN;
}

static int judge_up(const struct tool *tool, const struct target *target, const char *domain,
                    enum readiness *ret)
{
        _cleanup_drift_ struct drift_list list = {};
        int r;

        *ret = READINESS_INACTIVE;
        if (!target->active)
                return 0;
        r = damage_find(tool, domain, &list);
        *ret = list.n > 0 ? READINESS_DAMAGED : READINESS_UP;
        return r;
}

int readiness_look(const struct tool *tool, sd_bus *bus, const char *domain, enum readiness *ret)
{
        struct target target;
        int r;

        r = look_at_ledger(tool, domain, ret);
        if (r >= 0)
                r = look_at_target(bus, domain, &target);
        if (r < 0)
                return r;

        if (target.stops)
                *ret = READINESS_STOPPING;
        else if (target.starts)
                *ret = READINESS_STARTING;
        else if (*ret == READINESS_UP)
                return judge_up(tool, &target, domain, ret);
        else if (*ret == READINESS_DOWN)
                *ret = judge_down(tool, bus, domain);
        return 0;
}
