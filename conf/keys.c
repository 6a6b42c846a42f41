/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/keys.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "conf/model.h"

static const char *const shortage_names[] = {
        [SHORTAGE_FAIL] = "fail",
        [SHORTAGE_CONTINUE] = "continue",
        NULL,
};

static const char *const existing_names[] = {
        [EXISTING_ADOPT] = "adopt",
        [EXISTING_ADD] = "add",
        NULL,
};

static const char *const defrag_names[] = {
        [DEFRAG_AUTO] = "auto",
        [DEFRAG_ALWAYS] = "always",
        [DEFRAG_NEVER] = "never",
        NULL,
};

#define DOMAIN(member) offsetof(struct domain, member)
#define GLOBAL(member) offsetof(struct config, member)

/* NAME, PARSE, OFFSET, FALLBACK, HELP, and what else the parser needs. */
#define KEY(n, p, o, f, h, ...)                                                         \
        {                                                                               \
                .name = (n), .parse = (p), .offset = (o), .fallback = (f), .help = (h), \
                ##__VA_ARGS__                                                           \
        }

/* clang-format off */
static const struct key domain_keys[] = {
        KEY("Path", value_parse_path, DOMAIN(declared_path), "/mnt/.fd",
            "absolute base directory; the mounts are .normal, .huge and .gigantic in it"),
        KEY("User", value_parse_owner, DOMAIN(user), "root",
            "owner of the base and of each mount's root, by name or number"),
        KEY("Group", value_parse_owner, DOMAIN(group), NULL,
            "their group, by name or number; unset, the user's login group"),
        KEY("Mode", value_parse_mode, DOMAIN(mode), "0700",
            "their mode, in octal"),
        KEY("Gigantic", value_parse_request, DOMAIN(request[PAGE_GIGANTIC]), "yes",
            "gigantic pages to reserve and mount", .type = PAGE_GIGANTIC),
        KEY("Huge", value_parse_request, DOMAIN(request[PAGE_HUGE]), "yes",
            "huge pages to reserve and mount", .type = PAGE_HUGE),
        KEY("Normal", value_parse_normal, 0, "yes",
            "mount of normal pages: yes, no, or its size"),
        KEY("MinSize", value_parse_boolean, DOMAIN(min_size), "yes",
            "whether the mounts claim the domain's pages (min_size=)"),
        KEY("Shortage", value_parse_name, DOMAIN(shortage), "fail",
            "what to do when pages are missing: fail or continue", .names = shortage_names),
        KEY("ExistingPages", value_parse_name, DOMAIN(existing), "adopt",
            "what pages already in the pool are: adopt counts them, add does not",
            .names = existing_names),
        KEY("Release", value_parse_boolean, DOMAIN(release), "yes",
            "whether stop gives the pages back that were added"),
        KEY("Repair", value_parse_boolean, DOMAIN(repair), "no",
            "whether pages that others take out of the pools are put back (needs Watch=)"),
        KEY("Options", value_parse_options, DOMAIN(options), NULL,
            "further mount options, appended"),
        KEY("Boot", value_parse_boolean, DOMAIN(boot), "yes",
            "whether the domain starts at boot"),
};

static const struct key global_keys[] = {
        KEY("Defrag", value_parse_name, GLOBAL(defrag), "auto",
            "when memory is defragmented: auto, always or never", .names = defrag_names),
        KEY("Headroom", value_parse_headroom, 0, NULL,
            "memory of each node that a reservation must leave; unset, 64M and a 64th, at most 1G"),
        KEY("Watch", value_parse_watch, GLOBAL(watch_usec), "no",
            "how often to look whether the domains are still as they were made: no, or 30s, 5min"),
};
/* clang-format on */

_Static_assert(ELEMENTSOF(domain_keys) <= KEYS_MAX && ELEMENTSOF(global_keys) <= KEYS_MAX,
               "KEYS_MAX is too small");

const struct key *keys_of(enum section_kind kind, size_t *ret_n)
{
        if (kind == SECTION_GLOBAL) {
                *ret_n = ELEMENTSOF(global_keys);
                return global_keys;
        }
        *ret_n = ELEMENTSOF(domain_keys);
        return domain_keys;
}

int keys_find(enum section_kind kind, const char *name)
{
        size_t n;
        const struct key *keys = keys_of(kind, &n);

        for (size_t i = 0; i < n; i++)
                if (strcmp(keys[i].name, name) == 0)
                        return (int) i;

        return -ENOENT;
}

const char *keys_nearest(enum section_kind kind, const char *name)
{
        struct nearest nearest = NEAREST_TO(name);
        size_t n;
        const struct key *keys = keys_of(kind, &n);

        for (size_t i = 0; i < n; i++)
                nearest_consider(&nearest, keys[i].name);

        return nearest.word;
}

int key_set(const struct key *key, void *object, const char *text, char **ret_reason)
{
        return key->parse(key, text, (char *) object + key->offset, ret_reason);
}

/* A key without a default: what it set is unset. */
static void unset(const struct key *key, void *object)
{
        struct config *config = object;
        char **text = (void *) ((char *) object + key->offset);

        if (key->parse == value_parse_headroom) {
                config->headroom_set = false;
                return;
        }
        free(*text);
        *text = NULL;
}

int key_reset(const struct key *key, void *object)
{
        _cleanup_free_ char *reason = NULL;
        const char *text = key->fallback;

        if (!text) {
                unset(key, object);
                return 0;
        }
        if (key->parse == value_parse_request && page_type_size(key->type) == 0)
                text = "no"; /* nothing to mount on this architecture */

        return key_set(key, object, text, &reason);
}
