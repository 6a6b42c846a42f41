/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Questions to whoever sits at the terminal. */

#include <stdbool.h>
#include <stdio.h>

/* Whether standard input and output are a terminal. */
bool question_is_possible(void);

/* Prints "TEXT [y/N] " and reads the answer; anything but one that begins with "y" is a no. */
bool question_ask(FILE *out, const char *text);
