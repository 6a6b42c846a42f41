/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads the lines of an INI file: inih takes them apart, and what inih would silently cut, join or
 * drop is a problem with a line number. Knows nothing of the keys. */

#include <stddef.h>

/* The longest line in bytes, without its end, that every build of inih takes (INI_MAX_LINE less
 * three), and the longest name of a section or key (MAX_SECTION, MAX_NAME less the NUL and one to
 * be sure). */
#define READER_LINE_MAX 197
#define READER_NAME_MAX 48

struct reader_events {
        /* A header. NAME is NULL if it can't be read: what follows belongs nowhere. */
        void (*section)(const char *name, unsigned line, void *userdata);
        void (*key)(const char *key, const char *value, unsigned line, void *userdata);
        /* LEVEL: LOG_ERR, when the line was left out, or LOG_WARNING. Comes after section(). */
        void (*problem)(int level, unsigned line, const char *message, void *userdata);
};

/* Reads the SIZE bytes of TEXT and calls EVENTS in the order of the lines, which count from 1. A
 * byte order mark, CRLF line ends and a missing last line end are fine. -ENOMEM. */
int reader_read(const char *text, size_t size, const struct reader_events *events, void *userdata);
