/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads the lines of an INI file: inih separates keys and values, and anything that it would
 * silently cut, join or drop is reported with a line number. Knows nothing of the keys. */

#include <stddef.h>

/* The longest name of a section in bytes: that of a domain, which becomes part of the names of units. */
#define READER_SECTION_MAX 64

/* The longest name of a key that every build of inih takes (MAX_NAME less the NUL and one to be sure). A
 * line and a value may be of any length. */
#define READER_KEY_MAX 48

struct reader_events {
        /* A header. NAME is NULL if it cannot be read: the following lines belong to no section. */
        void (*section)(const char *name, unsigned line, void *userdata);
        void (*key)(const char *key, const char *value, unsigned line, void *userdata);
        /* LEVEL: LOG_ERR, when the line was left out, or LOG_WARNING. Called after section(). */
        void (*problem)(int level, unsigned line, const char *message, void *userdata);
};

/* Reads the SIZE bytes of TEXT and calls EVENTS in the order of the lines, which count from 1. A
 * byte order mark, CRLF line ends and a missing last line end are fine. -ENOMEM. */
int reader_read(const char *text, size_t size, const struct reader_events *events, void *userdata);
