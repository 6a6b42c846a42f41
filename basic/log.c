/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"

static void sink_stderr(int level, const char *message, void *userdata)
{
        fprintf(stderr, "%s\n", message);
}

void log_keep_first_error(int level, const char *message, void *userdata)
{
        char **first = userdata;

        if (level <= LOG_ERR && !*first)
                *first = strdup(message);
}

static log_sink_t current_sink = sink_stderr;
static void *current_userdata;
static log_sink_t current_observer;
static void *observer_userdata;
static int max_level = LOG_INFO;

void log_set_sink(log_sink_t sink, void *userdata)
{
        current_sink = sink ?: sink_stderr;
        current_userdata = userdata;
}

void log_set_observer(log_sink_t observer, void *userdata)
{
        current_observer = observer;
        observer_userdata = userdata;
}

void log_set_max_level(int level)
{
        max_level = level;
}

static void pass_on(int level, const char *message)
{
        if (current_observer)
                current_observer(level, message, observer_userdata);
        current_sink(level, message, current_userdata);
}

int log_full(int level, int error, const char *format, ...)
{
        _cleanup_free_ char *message = NULL, *line = NULL;
        int saved = errno;
        va_list ap;

        error = abs(error);
        if (level <= max_level) {
                errno = error; /* for %m */
                va_start(ap, format);
                if (vasprintf(&message, format, ap) < 0)
                        message = NULL;
                va_end(ap);
                line = message ? text_to_line(message) : NULL;
                pass_on(level, line ?: "Out of memory while formatting a message");
        }

        errno = saved;
        return -error;
}
