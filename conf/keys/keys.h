/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The table of all keys: name, meaning, default, and where the value is stored. Parsing, the
 * options of the reserving helper, the entries of fd-shmem.conf(5) and the example are all derived
 * from it. */

#include <stddef.h>

#include "conf/keys/key.h"

enum section_kind {
        SECTION_DOMAIN, /* [NAME]: the object is a struct domain */
        SECTION_GLOBAL, /* [fd-shmem]: the object is a struct config */
        N_SECTION_KINDS,
};

/* The maximum number of keys in a kind of section. */
#define KEYS_MAX 32

/* The keys of KIND, in the order of the documentation. */
const struct key *keys_of(enum section_kind kind, size_t *ret_n);

/* The index of NAME among the keys of KIND, or -ENOENT. Every name of a family is that of its key. */
int keys_find(enum section_kind kind, const char *name);

/* What follows the common part of the names of KEY's family in NAME: "Memory" in ConditionMemory. */
const char *key_family_word(const struct key *key, const char *name);

/* The key of KIND with the name most similar to NAME, or NULL if there is none. */
const char *keys_nearest(enum section_kind kind, const char *name);

/* Sets the value of KEY in OBJECT from TEXT. Returns like value_type.parse. */
int key_set(const struct key *key, void *object, const char *text, char **ret_reason);

/* The I-th key with an option, counted from 0, and its section's kind; NULL: no more keys. */
const struct key *keys_option(size_t i, enum section_kind *ret_kind);

/* Sets RET to the value of KEY in OBJECT as it would be written, or to NULL if it is not set; KEY has an
 * option. The caller frees it. -ENOMEM. */
int key_format(const struct key *key, const void *object, char **ret);

/* Sets the value of KEY in OBJECT to its default. -ENOMEM. */
int key_reset(const struct key *key, void *object);
