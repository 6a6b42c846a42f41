/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/machine-policy.h"

#include "basic/log.h"
#include "conf/load.h"

int policy_load(const struct tool *tool, struct machine_policy *ret)
{
        _cleanup_config_ struct config config = {};
        int r;

        r = config_load(tool->root, NULL, NULL, &config);
        if (r < 0)
                return log_error_errno(r, "cannot read the configuration: %m");

        *ret = config.policy;
        return 0;
}
