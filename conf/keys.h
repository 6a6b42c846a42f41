/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The table of all keys: what each is called, means, defaults to, and where its value goes. */

#include <stddef.h>

#include "basic/page-type.h"
#include "conf/values.h"

enum section_kind {
        SECTION_DOMAIN, /* [NAME]: the object is a struct domain */
        SECTION_GLOBAL, /* [fd-shmem]: the object is a struct config */
        N_SECTION_KINDS,
};

struct key {
        const char *name;
        value_parser_t parse;
        size_t offset;            /* of the parser's target in the object */
        const char *fallback;     /* the default as it would be written; NULL: nothing is set */
        const char *help;         /* one line */
        enum page_type type;      /* value_parse_request() */
        const char *const *names; /* value_parse_name(); NULL-ended */
};

/* The most keys that a kind of section has. */
#define KEYS_MAX 16

/* The keys of KIND, in the order of the documentation. */
const struct key *keys_of(enum section_kind kind, size_t *ret_n);

/* The index of NAME among the keys of KIND, or -ENOENT. */
int keys_find(enum section_kind kind, const char *name);

/* The key of KIND whose name looks most like NAME, or NULL if none does. */
const char *keys_nearest(enum section_kind kind, const char *name);

/* Sets the value of KEY in OBJECT from TEXT. Returns like the parsers. */
int key_set(const struct key *key, void *object, const char *text, char **ret_reason);

/* Sets the value of KEY in OBJECT to its default. -ENOMEM. */
int key_reset(const struct key *key, void *object);
