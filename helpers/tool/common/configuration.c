/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/common/configuration.h"

#include "basic/log.h"

static void report(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        bool *errors = userdata;

        *errors |= level <= LOG_ERR;
        if (file)
                (void) log_full(level, 0, "%s:%u: %s", file, line, message);
        else
                (void) log_full(level, 0, "%s", message);
}

int configuration_load(const struct tool *tool, struct config *ret, bool *ret_errors)
{
        bool errors = false;
        int r;

        r = config_load(tool->root, report, &errors, ret);
        if (r == -E2BIG)
                return r; /* it was said */
        if (r < 0)
                return log_error_errno(r, "Cannot read the configuration: %m");

        *ret_errors = errors;
        return 0;
}
