/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "basic/cleanup.h"

static void sink_stderr(int level, const char *message, void *userdata)
{
        fprintf(stderr, "%s\n", message);
}

static log_sink_t current_sink = sink_stderr;
static void *current_userdata;
static int max_level = LOG_INFO;

void log_set_sink(log_sink_t sink, void *userdata)
{
        current_sink = sink ?: sink_stderr;
        current_userdata = userdata;
}

void log_set_max_level(int level)
{
        max_level = level;
}

int log_full(int level, int error, const char *format, ...)
{
        _cleanup_free_ char *message = NULL;
        int saved = errno;
        va_list ap;

        error = abs(error);
        if (level <= max_level) {
                errno = error; /* for %m */
                va_start(ap, format);
                if (vasprintf(&message, format, ap) < 0)
                        message = NULL;
                va_end(ap);
                current_sink(level, message ?: "Out of memory while formatting a message.",
                             current_userdata);
        }

        errno = saved;
        return -error;
}
