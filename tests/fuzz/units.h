/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rules for every emitted unit, regardless of the configuration: it contains nothing that systemd
 * would ignore, join or resolve to something else. */

/* Everything in the directory PATH that the generator wrote, as one text in the order of names: per
 * file a line with its name, then its content, or the target of a link. Aborts if a rule is broken.
 * The caller frees. */
char *units_collect(const char *path);

/* The value of the first KEY= in the file NAME of UNITS (from units_collect()) whose value begins
 * with START, up to the end of the line. NULL: there is none. The caller frees. */
char *units_value(const char *units, const char *name, const char *key, const char *start);

/* The value of the argument OPTION ("--path=") of the command line COMMAND, as systemd takes it apart
 * (systemd.service(5), COMMAND LINES): without quotes, escapes and doubled characters. NULL: it is not
 * there. The caller frees. */
char *units_argument(const char *command, const char *option);
