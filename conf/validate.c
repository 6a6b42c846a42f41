/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/validate.h"

#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/path-trust.h"
#include "conf/keys/path.h"
#include "conf/unmounted.h"
#include "conf/validate-units.h"

/* A path of a domain: a key, and where it was written. */
struct path_key {
        const char *key; /* "Path" */
        const struct place *where;
        const char *declared;
        bool is_place; /* systemd mounts there, by name */
};

static int check_place(struct loader *loader, struct section *section, const struct path_key *key,
                       const char *path)
{
        const char *reason;
        int r;

        r = path_check_text(path, &reason);
        if (r >= 0)
                r = path_check_place(path, &reason);
        if (r >= 0 || r == -ENOMEM)
                return r;

        if (strcmp(path, key->declared) == 0)
                loader_problem(loader, LOG_ERR, section, key->where, "%s=: '%s' %s", key->key, path,
                               reason);
        else
                loader_problem(loader, LOG_ERR, section, key->where, "%s=: '%s', which is '%s', %s",
                               key->key, key->declared, path, reason);
        return 0;
}

/* The directory will belong to the domain's owner, and the owner of an entry in a sticky directory can
 * replace it. */
static void check_shared(struct loader *loader, struct section *section, const struct path_key *key,
                         const char *path)
{
        const struct domain *domain = &section->domain;

        if (key->is_place) {
                loader_problem(loader, LOG_ERR, section, key->where,
                               "%s=: '%s' is in a directory that others than root can write; set it to one "
                               "in a directory of root's, such as /mnt",
                               key->key, path);
                return;
        }
        if (!domain->user || strcmp(domain->user, "root") == 0 || strcmp(domain->user, "0") == 0)
                return;
        loader_problem(
                loader, LOG_ERR, section, key->where,
                "%s=: '%s' would belong to User=%s in a directory that others than root can "
                "write, so "
                "that this user could replace it; set %s= to a directory in one owned by root, "
                "such as "
                "'%s/%s'",
                key->key, path, domain->user, key->key, path, domain->name);
}

static void refuse_unsafe(struct loader *loader, struct section *section, const struct path_key *key,
                          const struct path_hazard *hazard)
{
        _cleanup_free_ char *description = NULL;

        if (path_hazard_describe(hazard, &description) < 0) {
                loader->error = -ENOMEM;
                return;
        }
        loader_problem(
                loader, LOG_ERR, section, key->where,
                "%s=: '%s' is not safe: %s; give that to root, writable by root alone, or set "
                "%s= to a "
                "directory in one owned by root, such as /mnt, "
                "/srv or /run",
                key->key, key->declared, description, key->key);
}

/* Sets *RET to the canonical path; if there is none, to the declared one. */
static int resolve_path(struct loader *loader, const struct path_root *root, struct section *section,
                        const struct path_key *key, char **ret)
{
        _cleanup_path_hazard_ struct path_hazard hazard = {};
        int r;

        r = path_chase(root, key->declared, &hazard, ret);
        if (r == -ENOMEM)
                return r;
        if (r >= 0 && hazard.shared)
                check_shared(loader, section, key, *ret);
        if (r >= 0)
                return check_place(loader, section, key, *ret);

        if (r == -ENOLINK)
                refuse_unsafe(loader, section, key, &hazard);
        else
                loader_problem(loader, LOG_ERR, section, key->where,
                               "%s=: '%s' cannot be resolved: %s", key->key, key->declared,
                               strerror(-r));
        *ret = strdup(key->declared);
        return *ret ? 0 : -ENOMEM;
}

static bool has_mount(const struct domain *domain, enum page_type type)
{
        return type == PAGE_NORMAL ? domain->normal != NORMAL_NONE
                                   : domain->request[type].scope != REQUEST_NONE;
}

/* Another place of the mount of TYPE. */
static int resolve_place(struct loader *loader, const struct path_root *root, struct section *section,
                         enum page_type type)
{
        struct domain *domain = &section->domain;
        const char *name = page_type_place_key(type), *declared = domain->declared_place[type];
        struct path_key key = { .key = name, .declared = declared, .is_place = true };

        if (!declared)
                return 0;
        key.where = section_place(section, name);
        if (!has_mount(domain, type))
                loader_problem(loader, LOG_ERR, section, key.where,
                               "%s= is a place of a mount that %s=no leaves out", name,
                               page_type_key(type));
        return resolve_path(loader, root, section, &key, &domain->place[type]);
}

static int check_mounts(struct loader *loader, const struct path_root *root, struct section *section)
{
        struct domain *domain = &section->domain;
        const struct path_key key = { "Path", section_place(section, "Path"), domain->declared_path };
        int r = resolve_path(loader, root, section, &key, &domain->path);
        bool any = false;

        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                any |= has_mount(domain, type);
                r = resolve_place(loader, root, section, type);
        }
        if (r < 0)
                return r;
        if (!any)
                loader_problem(loader, LOG_ERR, section, &section->where,
                               "nothing would be mounted: Normal=, Huge= and Gigantic= are all no");
        return 0;
}

/* A domain's place among the directories of all. */
struct claim {
        const char *path;
        const char *key;             /* "Path" */
        size_t index;                /* of the domain in the order of declaration */
        const struct claim *earlier; /* an earlier domain that conflicts */
        struct claim *parent;        /* the nearest one that this one is in (or the same) */
};

/* Orders a directory before all that is in it, and that before anything else: as strings in which
 * the slash comes before any other character. */
static int compare_claims(const void *a, const void *b)
{
        const struct claim *claim_a = a, *claim_b = b;
        const unsigned char *p = (const unsigned char *) claim_a->path;
        const unsigned char *q = (const unsigned char *) claim_b->path;

        for (; *p && *p == *q; p++, q++)
                ;
        if (*p != *q) {
                int rank_p = *p == '\0' ? 0 : (*p == '/' ? 1 : *p + 1);
                int rank_q = *q == '\0' ? 0 : (*q == '/' ? 1 : *q + 1);

                return rank_p - rank_q;
        }
        return (claim_a->index > claim_b->index) - (claim_a->index < claim_b->index);
}

static bool path_is_in(const char *path, const char *directory)
{
        size_t n = strlen(directory);

        return strncmp(path, directory, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* The later of the two gets the error. */
static void note_conflict(struct claim *a, struct claim *b)
{
        struct claim *later = a->index > b->index ? a : b, *first = later == a ? b : a;

        if (!later->earlier || later->earlier->index > first->index)
                later->earlier = first;
}

/* CLAIMS are sorted: whatever contains a directory comes before it, with only its own content
 * between. */
static void find_conflicts(struct claim *claims, size_t n)
{
        struct claim *parent = NULL;

        for (size_t i = 0; i < n; i++) {
                while (parent && !path_is_in(claims[i].path, parent->path))
                        parent = parent->parent;

                claims[i].parent = parent;
                for (struct claim *above = parent; above; above = above->parent)
                        note_conflict(above, &claims[i]);
                parent = &claims[i];
        }
}

static void report_conflict(struct loader *loader, const struct claim *claim)
{
        struct section *section = loader->sections[claim->index];
        const struct section *other = loader->sections[claim->earlier->index];
        const struct place *place = section_place(section, claim->key);
        const struct place *other_place = section_place(other, claim->earlier->key);
        const char *path = claim->path, *other_path = claim->earlier->path, *how;

        if (strcmp(path, other_path) == 0)
                how = "is the directory";
        else
                how = path_is_in(path, other_path) ? "is inside the directory"
                                                   : "contains the directory";

        loader_problem(loader, LOG_ERR, section, place,
                       "%s=: '%s'%s %s of [%s], '%s' (%s:%u); every domain needs its own", claim->key,
                       path,
                       place == &section->where ? ", the default," : "", how, other->name,
                       other_path, other_place->file, other_place->line);
}

/* Adds the directories of the section's domain that can be judged. */
static size_t list_claims(const struct section *section, size_t index, struct claim *ret)
{
        const struct domain *domain = &section->domain;
        size_t n = 0;

        if (!domain->mounts)
                return 0;
        if (!section->bad[keys_find(SECTION_DOMAIN, "Path")])
                ret[n++] = (struct claim){ .path = domain->path, .key = "Path", .index = index };
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (domain->place[type] &&
                    !section->bad[keys_find(SECTION_DOMAIN, page_type_place_key(type))])
                        ret[n++] = (struct claim){ .path = domain->place[type],
                                                   .key = page_type_place_key(type),
                                                   .index = index };
        return n;
}

static int check_paths(struct loader *loader)
{
        _cleanup_free_ struct claim *claims =
                calloc(loader->n_sections ?: 1, (1 + N_PAGE_TYPES) * sizeof(*claims));
        size_t n = 0;

        if (!claims)
                return -ENOMEM;

        for (size_t i = 0; i < loader->n_sections; i++)
                n += list_claims(loader->sections[i], i, claims + n);

        qsort(claims, n, sizeof(*claims), compare_claims);
        find_conflicts(claims, n);

        for (size_t i = 0; i < n; i++)
                if (claims[i].earlier)
                        report_conflict(loader, &claims[i]);
        return 0;
}

int validate(struct loader *loader)
{
        struct path_root root;
        int r;

        r = path_root_look(loader->root_fd, &root);
        if (r < 0)
                return r;

        for (size_t i = 0; i < loader->n_sections; i++) {
                struct section *section = loader->sections[i];

                r = section->domain.mounts ? check_mounts(loader, &root, section)
                                           : unmounted_settle(loader, section);
                if (r < 0)
                        return r;
                r = validate_units(loader, section);
                if (r < 0)
                        return r;
                validate_pages(loader, section);
                validate_devices(loader, section);
                validate_options(loader, section);
                if (section->domain.repair && loader->config->watch_usec == 0)
                        loader_problem(
                                loader, LOG_WARNING, section, section_place(section, "Repair"),
                                "Repair=yes does nothing without Watch= in the section [fd-shmem]");
        }

        r = check_paths(loader);
        if (r < 0)
                return r;
        return loader->error;
}
