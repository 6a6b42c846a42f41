/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

/* The mode that "chmod TEXT" gives to a directory that has mode CURRENT, under the umask MASK: octal
 * ("0700"), or symbolic clauses ("u=rwx,g=,o=", "a+rx", "g=u", "+t"). -EINVAL: chmod(1) would not take
 * it either. Pure. */
int chmod_mode_parse(const char *text, mode_t current, mode_t mask, mode_t *ret);
