/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Questions to the user at the terminal. */

#include <stdbool.h>
#include <stdio.h>

/* Whether standard input and output are a terminal. */
bool question_is_possible(void);

/* Prints "TEXT [y/N] " and reads the answer; any answer that does not begin with "y" means no. */
bool question_ask(FILE *out, const char *text);
