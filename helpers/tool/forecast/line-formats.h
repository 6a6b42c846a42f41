/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The kernel's command line in the form that boot loaders and others who set one want it in. */

#include <stdbool.h>
#include <stdio.h>

/* Whether there is a format of that NAME. */
bool line_format_exists(const char *name);

/* Prints LINE, arguments with blanks between, in the format of that NAME, which exists. -ENOMEM, logged. */
int line_format_print(FILE *out, const char *name, const char *line);
