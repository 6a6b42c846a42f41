/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A large JSON document, written as it is made: json-c formats every value, and only the brackets
 * around collections that may have a hundred thousand elements are written here, so that the whole
 * document is never held in memory. */

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

enum json_mode {
        JSON_OFF,
        JSON_PRETTY, /* a line for each element */
        JSON_SHORT,  /* one line, without blanks */
};

/* The mode that WORD ("pretty", "short", "off"; NULL: pretty) names. -EINVAL: none, which is logged. */
int json_mode_parse(const char *word, enum json_mode *ret);

struct json_writer {
        FILE *out;
        enum json_mode mode; /* JSON_OFF: as JSON_PRETTY */
        unsigned depth;
        bool comma;  /* something precedes, in the same object or array */
        bool failed; /* out of memory; nothing more is written */
};

/* Begins an object ('{') or array ('['); KEY is NULL at the top and in arrays. */
void json_writer_open(struct json_writer *writer, const char *key, char bracket);

/* Ends it, with '}' or ']'. */
void json_writer_close(struct json_writer *writer, char bracket);

/* Writes a value, which is released; NULL is JSON's null. */
void json_writer_put(struct json_writer *writer, const char *key, struct json_object *value);

/* Ends the document: 0, or -ENOMEM, or -EIO. */
int json_writer_finish(struct json_writer *writer);

/* A string of any bytes; invalid UTF-8 is replaced. NULL stays NULL. */
struct json_object *json_text(const char *bytes);

/* json_object_object_add() that handles a VALUE of NULL for lack of memory: adds VALUE (released in
 * any case) to OBJECT. Returns false, and then OBJECT is to be released by the caller. */
bool json_add(struct json_object *object, const char *key, struct json_object *value);

/* The same where a member may be missing: without memory the member is omitted, never wrong;
 * json_writer_finish() fails if a whole element is missing. */
static inline void json_set(struct json_object *object, const char *key, struct json_object *value)
{
        (void) json_add(object, key, value);
}

/* A number of bytes or pages. */
struct json_object *json_number(uint64_t number);
