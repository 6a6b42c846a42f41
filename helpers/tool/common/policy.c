/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/policy.h"

#include "basic/log.h"
#include "conf/model.h"

static void ignore(int level, const char *file, unsigned line, const char *message, void *userdata)
{
}

static enum grow_defrag defrag_of(enum defrag_policy defrag)
{
        switch (defrag) {
        case DEFRAG_ALWAYS:
                return GROW_DEFRAG_ALWAYS;
        case DEFRAG_NEVER:
                return GROW_DEFRAG_NEVER;
        default:
                return GROW_DEFRAG_AUTO;
        }
}

int policy_load(const struct tool *tool, struct policy *ret)
{
        _cleanup_config_ struct config config = {};
        int r;

        r = config_load(tool->root, ignore, NULL, &config);
        if (r < 0)
                return log_error_errno(r, "cannot read the configuration: %m");

        *ret = (struct policy){
                .defrag = defrag_of(config.defrag),
                .headroom_set = config.headroom_set,
                .headroom = config.headroom,
        };
        return 0;
}
