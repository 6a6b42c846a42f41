/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Fills unit texts and writes them where systemd looks for them. All log failures. */

#include "generator/text/output.h"
#include "generator/text/unit-vars.h"

/* Writes the unit NAME from the template TEXT. */
int unit_file_write(const struct output *output, const char *name, const char *text,
                    const struct values *values);

/* Writes our drop-in of the unit UNIT; NULL for UNIT: there was no memory for its name. */
int unit_file_write_dropin(const struct output *output, const char *unit, const char *text,
                           const struct values *values);
