/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/common/configuration.h"

#include <fcntl.h>

#include "basic/log.h"
#include "conf/load.h"

int configuration_open(const struct tool *tool, const char *directory, struct tool *ret)
{
        int root = directory ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC)
                             : fcntl(tool->root, F_DUPFD_CLOEXEC, 0);

        if (root < 0)
                return log_error_errno(errno, "Cannot open %s as the root directory: %m",
                                       directory ?: "/");
        *ret = *tool;
        ret->root = root;
        if (directory) {
                ret->image = true;
                ret->machine.state = -1;
        }
        return 0;
}

void configuration_close(struct tool *image)
{
        closep(&image->root);
}

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
                return r; /* already reported */
        if (r < 0)
                return log_error_errno(r, "Cannot read the configuration: %m");

        *ret_errors = errors;
        return 0;
}
