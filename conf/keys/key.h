/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One key of the configuration, and the type of its value. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/words/page-type.h"

struct key;

struct value_type {
        /* Parses TEXT, never empty, into *TARGET, whose former content is released. On failure
         * TARGET is unchanged, and *RET_REASON is a human-readable phrase, which the caller frees. */
        int (*parse)(const struct key *key, const char *text, void *target, char **ret_reason);
        /* Sets RET to how the value would be written, or to NULL if it is not set; the caller frees it.
         * -ENOMEM. Only of types whose values become options. */
        int (*format)(const struct key *key, const void *target, char **ret);
        /* Sets the value of a key without a default before it is set. NULL: such a key has a
         * default. */
        void (*unset)(void *target);
};

struct key {
        const char *name;
        const struct value_type *type;
        size_t offset;        /* of the type's target in the object */
        const char *fallback; /* the default as it would be written; NULL: nothing is set */
        const char *unset;    /* human-readable meaning of the default */
        const char *example;  /* the value in the example */
        const char *option;   /* of the reserving helper, which uses the value; NULL: it does not */
        const char *help;     /* a sentence or two, in scdoc's markup */
        bool of_mounts;       /* without effect in a domain without mounts */
        enum page_type page_type; /* value_request, value_page_size */
        const char *const *names; /* value_name; NULL-ended */
        /* The name ends in "...": the key is written with a word of the type in that place, and any
         * number of times. The text that is parsed is "WORD=VALUE", whose value may be empty; the
         * example has a name, too. */
        bool is_family;
};
