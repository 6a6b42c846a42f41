/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sets *RET_REASON to the formatted phrase, which the caller's caller frees, and returns ERROR, a
 * negative errno: "return refuse(ret_reason, -EINVAL, ...)". Without memory for the phrase,
 * *RET_REASON becomes NULL and -ENOMEM is returned. */
int refuse(char **ret_reason, int error, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
