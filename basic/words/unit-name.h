/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* systemd's escapings (systemd.unit(5), "STRING ESCAPING FOR INCLUSION IN UNIT NAMES"), which
 * libsystemd does not export. Pure functions; the tests compare them with systemd-escape(1). */

#include <stddef.h>

/* The longest unit name that systemd loads, without the terminating NUL (src/basic/words/unit-name.h). */
#define UNIT_NAME_LENGTH_MAX 255

/* The longest name of a unit that can have drop-ins: they are in a directory with its name and ".d". */
#define UNIT_NAME_LENGTH_DROP_INS 253

/* Whether NAME is one that systemd takes for a unit: a plain one, an instance, or a template, with any of
 * its suffixes (src/basic/unit-name.c: unit_name_is_valid), and short enough for drop-ins. -EINVAL:
 * *RET_PHRASE says why not, after the quoted name. */
int unit_name_check(const char *name, const char **ret_phrase);

/* The name of the unit for the normalised absolute PATH: "/mnt/.fd/.huge", ".mount" becomes
 * "mnt-.fd-.huge.mount". -ENAMETOOLONG if systemd would not load it. Caller frees. */
int unit_name_from_path(const char *path, const char *suffix, char **ret);

/* TEXT as a value in a unit file where specifiers are resolved: "%" becomes "%%". Caller frees. */
int unit_escape_specifiers(const char *text, char **ret);

/* TEXT as one word of a command line (ExecStart=): quoted if needed, with "%", "$" and backslash doubled
 * and control characters escaped. Caller frees. */
int unit_quote_argument(const char *text, char **ret);

/* PATH as one word of a list of paths (RequiresMountsFor=): quoted if needed, with "%" doubled. -EINVAL
 * if there is a control character in it, which nothing can express there. Caller frees. */
int unit_quote_path(const char *path, char **ret);
