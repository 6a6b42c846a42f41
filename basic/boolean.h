/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* 1 for "1 yes y true t on", 0 for "0 no n false f off", in any case; -EINVAL for any other text:
 * the booleans of systemd (src/basic/parse-util.c: parse_boolean). */
int boolean_parse(const char *text);
