/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the places in the unit texts stand for, for one domain. */

#include "generator/template.h"

enum value {
        /* the domain */
        VALUE_DOMAIN,
        VALUE_SOURCE,
        VALUE_BASE,
        VALUE_PATH_ARGUMENT,
        VALUE_MOUNTS,
        VALUE_FOREIGN,
        VALUE_MOUNT_PATHS,
        VALUE_USER,
        VALUE_GROUP,
        VALUE_MODE,
        /* its reservations */
        VALUE_GIGANTIC,
        VALUE_HUGE,
        VALUE_BEFOREHAND,
        VALUE_POLICY,
        /* one page type, set anew for each */
        VALUE_PAGES,
        VALUE_RESERVATION,
        VALUE_POOL,
        VALUE_WHERE,
        VALUE_FILE_SYSTEM,
        VALUE_OPTIONS,
        VALUE_TYPE,
        /* a domain that must not come up */
        VALUE_ERROR,
        VALUE_ERROR_ARGUMENT,
        /* the configuration as a whole */
        VALUE_READ,
        /* the watch over all domains */
        VALUE_SPAN,
        VALUE_REPAIRS,
        N_VALUES,
};

struct values {
        struct template_value list[N_VALUES + 1]; /* the texts are owned; see values_done() */
};

/* All values unset: a line that needs one is dropped. */
void values_init(struct values *ret);
void values_done(struct values *values);

/* Sets VALUE to TEXT. -ENOMEM is the only failure. */
int values_set(struct values *values, enum value value, const char *text);

/* Sets VALUE to the formatted text. */
int values_format(struct values *values, enum value value, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Sets VALUE to TEXT as it stands where specifiers are resolved and nothing is split. */
int values_set_text(struct values *values, enum value value, const char *text);

/* Sets VALUE to the argument OPTION ("--path=") with TEXT of a command line, and the blank before it. */
int values_set_argument(struct values *values, enum value value, const char *option,
                        const char *text);

/* Appends such an argument to VALUE, which is set. */
int values_add_argument(struct values *values, enum value value, const char *option,
                        const char *text);

/* Appends WORD to VALUE, which is a list of words outside of command lines. */
int values_add_word(struct values *values, enum value value, const char *word);

/* A line that needs VALUE is dropped from now on. */
void values_unset(struct values *values, enum value value);

static inline const char *values_get(const struct values *values, enum value value)
{
        return values->list[value].value;
}

#define _cleanup_values_ _cleanup_(values_done)
