/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Helpers common to parsers of values. */

/* 1 for "1 yes y true t on", 0 for "0 no n false f off", in any case; -EINVAL for any other text:
 * the booleans of systemd (src/basic/parse-util.c: parse_boolean). */
int boolean_parse(const char *text);

/* Sets *RET_REASON to the formatted phrase, which the caller's caller frees, and returns ERROR, a
 * negative errno: "return refuse(ret_reason, -EINVAL, ...)". Without memory for the phrase,
 * *RET_REASON becomes NULL and -ENOMEM is returned. */
int refuse(char **ret_reason, int error, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
