/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is told to whoever reads the configuration. */

/* Receives every problem as it is found. LEVEL: LOG_ERR or LOG_WARNING. FILE may be NULL. */
typedef void (*config_report_t)(int level, const char *file, unsigned line, const char *message,
                                void *userdata);

/* Receives where things are written, in the order in which the files are read: each header of a section
 * (KEY is NULL), and each key that such a section has; a later one takes the place of an earlier. */
typedef void (*config_watch_t)(const char *section, const char *key, const char *file,
                               unsigned line, void *userdata);
