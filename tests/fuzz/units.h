/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rules that each emitted unit keeps, whatever the configuration: what systemd would ignore, join
 * or resolve to something else is not in it. */

/* Everything in the directory PATH that the generator wrote, as one text in the order of names: per file
 * a line with its name, then what is in it; a link's target. Aborts if a rule is broken. The caller
 * frees. */
char *units_collect(const char *path);

/* The value of the first KEY= in the file NAME of what units_collect() returned that begins with START,
 * up to the end of the line. NULL: there is none. The caller frees. */
char *units_value(const char *units, const char *name, const char *key, const char *start);

/* The value of the argument OPTION ("--path=") of the command line COMMAND, as systemd takes it apart
 * (systemd.service(5), COMMAND LINES): without quotes, escapes and doubled characters. NULL: it is not
 * there. The caller frees. */
char *units_argument(const char *command, const char *option);
