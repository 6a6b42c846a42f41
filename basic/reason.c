/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/reason.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int refuse(char **ret_reason, int error, const char *format, ...)
{
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(ret_reason, format, ap);
        va_end(ap);
        if (n < 0) {
                *ret_reason = NULL;
                return -ENOMEM;
        }
        return error;
}
