/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Messages for people. Where they go is the program's choice: the default sink writes lines to
 * standard error, the generator's to the kernel log, the helpers' to the journal. A function that
 * fails either logs the reason once, or returns it for its caller to log; never both.
 *
 * A message is always one line: characters that would control a terminal or begin another line become
 * escapes (text_to_line()). Names that others chose are to be escaped by themselves (text_escape()), so
 * that they cannot be mistaken for one another or for the words around them. */

#include <errno.h>
#include <syslog.h>

/* Receives one message without a trailing newline; LEVEL is a syslog(3) priority. */
typedef void (*log_sink_t)(int level, const char *message, void *userdata);

/* Sends all later messages to SINK; NULL restores standard error. USERDATA stays the caller's. */
void log_set_sink(log_sink_t sink, void *userdata);

/* A sink: keeps a copy of the first error in the char * that USERDATA points to, and drops the rest. */
void log_keep_first_error(int level, const char *message, void *userdata);

/* Shows each message to OBSERVER too, before the sink gets it; NULL: to nobody. USERDATA stays the
 * caller's. */
void log_set_observer(log_sink_t observer, void *userdata);

/* Drops messages less urgent than LEVEL (default LOG_INFO). */
void log_set_max_level(int level);

/* Logs one message. ERROR is 0 or an errno (either sign), which "%m" in FORMAT then shows.
 * Returns -|ERROR|, so that "return log_full(...)" reads as what it does. */
int log_full(int level, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_debug(...)   ((void) log_full(LOG_DEBUG, 0, __VA_ARGS__))
#define log_info(...)    ((void) log_full(LOG_INFO, 0, __VA_ARGS__))
#define log_notice(...)  ((void) log_full(LOG_NOTICE, 0, __VA_ARGS__))
#define log_warning(...) ((void) log_full(LOG_WARNING, 0, __VA_ARGS__))
#define log_error(...)   ((void) log_full(LOG_ERR, 0, __VA_ARGS__))

#define log_debug_errno(error, ...)   log_full(LOG_DEBUG, error, __VA_ARGS__)
#define log_info_errno(error, ...)    log_full(LOG_INFO, error, __VA_ARGS__)
#define log_warning_errno(error, ...) log_full(LOG_WARNING, error, __VA_ARGS__)
#define log_error_errno(error, ...)   log_full(LOG_ERR, error, __VA_ARGS__)
#define log_oom()                     log_full(LOG_ERR, ENOMEM, "Out of memory")
