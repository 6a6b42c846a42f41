/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files below a root directory, line by line. */

/* Takes a LINE, which it may change; WHERE is "FILE:NUMBER". */
typedef int (*import_line_t)(const char *where, char *line, void *userdata);

/* Passes each line of FILE to TAKE, until that fails. A file that is not there, or cannot be read, has none. */
int import_each_line(int root, const char *file, import_line_t take, void *userdata);

/* The same with all files of DIRECTORY whose names end in SUFFIX, in the order of the names. */
int import_each_file(int root, const char *directory, const char *suffix, import_line_t take,
                     void *userdata);
