/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The variables of the unit texts. */

#include <stddef.h>

#include "basic/cleanup.h"
#include "generator/text/template.h"

#define UNIT_VALUES(X)                          \
        /* the domain */                        \
        X(DOMAIN, "domain")                     \
        X(SOURCE, "source")                     \
        X(BASE, "base")                         \
        X(CONDITIONS, "conditions")             \
        X(PATH_ARGUMENT, "path-argument")       \
        X(MOUNTS, "mounts")                     \
        X(FOREIGN, "foreign")                   \
        X(PLACES, "places")                     \
        X(PHASE_ORDER, "phase-order")           \
        X(BARRIER, "barrier")                   \
        X(LARGER_BARRIER, "larger-barrier")     \
        X(SIZE, "size")                         \
        X(PARTS, "parts")                       \
        X(LATE_TARGET, "late-target")           \
        X(SIZES, "sizes")                       \
        X(MOUNT_PATHS, "mount-paths")           \
        X(USER, "user")                         \
        X(GROUP, "group")                       \
        X(MODE, "mode")                         \
        /* its reservations */                  \
        X(RESERVATIONS, "reservations")         \
        X(BEFOREHAND, "beforehand")             \
        X(POLICY, "policy")                     \
        /* one page type, set anew for each */  \
        X(TYPE, "type")                         \
        X(PAGES, "pages")                       \
        X(DEVICES, "devices")                   \
        X(MOUNT_DEVICES, "mount-devices")       \
        X(RESERVATION, "reservation")           \
        X(LARGER, "larger-reservations")        \
        X(POOL, "pool")                         \
        X(MOUNT, "mount")                       \
        X(WHAT, "what")                         \
        X(WHERE, "where")                       \
        X(FILE_SYSTEM, "file-system")           \
        X(OPTIONS, "options")                   \
        /* a domain that must not be started */ \
        X(ERROR, "error")                       \
        X(ERROR_ARGUMENT, "error-argument")     \
        /* the configuration as a whole */      \
        X(DOMAIN_TARGETS, "domain-targets")     \
        X(TARGET_ARGUMENT, "target-argument")   \
        X(READ, "read")                         \
        /* the watch over all domains */        \
        X(SPAN, "span")                         \
        X(REPAIRS, "repairs")

enum value {
#define X(value, name) VALUE_##value,
        UNIT_VALUES(X)
#undef X
                N_VALUES,
};

struct values {
        struct template_value list[N_VALUES + 1]; /* the texts are owned; see values_done() */
        int error; /* the first failure; later values do not matter */
};

/* All values unset: a line that needs one is dropped. */
#define VALUES_INIT                                        \
        (struct values)                                    \
        {                                                  \
                .list = { UNIT_VALUES(VALUES_INIT_ONE){} } \
        }
#define VALUES_INIT_ONE(value, name) [VALUE_##value] = { name, NULL },

void values_done(struct values *values);

/* Failures (-ENOMEM; -EINVAL where nothing can express a text) are kept in VALUES, so that the functions
 * below can be called in a row. NULL for TEXT sets the empty text. */

void values_set(struct values *values, enum value value, const char *text);

/* Sets VALUE to the formatted text. */
void values_format(struct values *values, enum value value, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Sets VALUE to TEXT as it is written where specifiers are resolved and nothing is split. */
void values_set_text(struct values *values, enum value value, const char *text);

/* Sets VALUE to the argument --OPTION=TEXT of a command line, and the blank before it. */
void values_set_argument(struct values *values, enum value value, const char *option,
                         const char *text);

/* Appends such an argument to VALUE. */
void values_add_argument(struct values *values, enum value value, const char *option,
                         const char *text);

/* Appends WORD, and the blank before it, to VALUE, which is a list. */
void values_add_word(struct values *values, enum value value, const char *word);

/* Appends PATH to VALUE, which is a list of paths. */
void values_add_path(struct values *values, enum value value, const char *path);

/* Appends a line to VALUE, which is a list of lines: PREFIX, and TEXT as values_set_text() writes it. */
void values_add_line(struct values *values, enum value value, const char *prefix, const char *text);

/* Keeps ERROR (negative errno), as the functions above do. */
static inline void values_fail(struct values *values, int error)
{
        values->error = values->error ?: error;
}

/* A line that needs VALUE is dropped from now on. */
void values_unset(struct values *values, enum value value);

static inline const char *values_get(const struct values *values, enum value value)
{
        return values->list[value].value;
}

#define _cleanup_values_ _cleanup_(values_done)
