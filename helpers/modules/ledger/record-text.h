/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The format common to all records. A record consists of lines of "key=value":
 *
 *   version=2          the format; a record without this line is of version 1
 *   boot=BOOT-ID       the boot in which it was written
 *   writer=PROGRAM     who wrote it, for people
 *   ...                what it is about
 *   end                so that a truncated one is known for what it is
 *
 * The first three lines stay in any later version. A record of a newer version is refused: interpreting
 * it would be guessing, and could release others' pages. Values are pure functions. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define RECORD_VERSION 2

struct record_head {
        unsigned version;
        bool of_other_boot;
};

/* Takes one line of a record; -EBADMSG: not understood. */
typedef int (*record_line_parser_t)(char *line, void *record);

/* Parses TEXT, which it destroys, line by line. BOOT is the current boot. Lines that cannot be parsed are
 * logged with NAME and the line, and the result is -EBADMSG; a newer version is -EPROTONOSUPPORT. */
int record_parse(char *text, const char *name, const char *boot, record_line_parser_t parse,
                 void *record, struct record_head *ret);

/* The same for a record that is valid only in the current boot: -ENOENT if it is from another one. */
int record_parse_of_boot(char *text, const char *name, const char *boot, record_line_parser_t parse,
                         void *record);

/* The lines at the top and the one at the bottom. Closing the stream F, in record_finish(), sets *TEXT
 * for the last time, and *RET is that. */
void record_begin(FILE *f, const char *boot);
int record_finish(FILE **f, char **text, char **ret);

/* Writes the lines in between. */
typedef void (*record_writer_t)(FILE *f, const void *record);

/* The text of a record: the lines at the top, those of WRITE, and the one at the bottom. The caller frees
 * *RET. */
int record_format(const char *boot, record_writer_t write, const void *record, char **ret);

/* If LINE is "KEY=value", returns the value. */
char *record_value(char *line, const char *key);

/* Values. All of the text must be one, or it is -EBADMSG: no sign, no blank, nothing after it. */
int record_parse_bool(const char *value, bool *ret);
int record_parse_u64(const char *value, uint64_t max, uint64_t *ret);
int record_parse_mode(const char *value, mode_t *ret);    /* octal, as chmod(1) takes it */
int record_parse_hex64(const char *value, uint64_t *ret); /* lower case, without 0x */

/* "KEY=NUMBER", then a space or the end; moves *P past it. */
int record_parse_pair(char **p, const char *key, uint64_t max, uint64_t *ret);

/* The largest number of pages in a record: sums over all domains must not overflow. */
#define RECORD_PAGES_MAX ((UINT64_C(1) << 48) - 1)

/* "HEAD:rest": cuts VALUE at the first colon, and returns the rest, or NULL. */
char *record_split(char *value);

/* A path is one line: a newline in it is written "\n", a backslash "\\". *RET is replaced. */
void record_write_path(FILE *f, const char *key, const char *path);

/* Ends the line that was begun with PATH, in the same form. */
void record_end_with_path(FILE *f, const char *path);
int record_parse_path(const char *value, char **ret);
