/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/grow-array.h"
#include "basic/string-list.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/tool/plan/requirements.h"
#include "helpers/tool/terminal/text.h"

const char *remedy_verb(enum remedy remedy)
{
        static const char *const verbs[] = {
                [REMEDY_NONE] = "",           [REMEDY_RELOAD] = "apply",  [REMEDY_SETUP] = "apply",
                [REMEDY_RESERVE] = "apply",   [REMEDY_REMOUNT] = "apply", [REMEDY_START] = "start",
                [REMEDY_RESTART] = "restart", [REMEDY_STOP] = "stop",
        };

        return verbs[remedy];
}

const char *difference_words(const struct difference *difference)
{
        const char *const words[] = {
                [REMEDY_NONE] = "",
                [REMEDY_RELOAD] = "by reloading systemd",
                [REMEDY_SETUP] = "in place",
                [REMEDY_RESERVE] = difference->grows     ? "grows in place"
                                   : difference->shrinks ? "shrinks in place"
                                                         : "in place",
                [REMEDY_REMOUNT] = "in place, keeping what is in it",
                [REMEDY_START] = "",
                [REMEDY_RESTART] = "mounts anew",
                [REMEDY_STOP] = "",
        };

        return words[difference->remedy];
}

const char *difference_change(const struct difference *difference)
{
        return difference->grows ? "grows" : difference->shrinks ? "shrinks" : NULL;
}

int difference_add(struct differences *list, const char *key, enum page_type type,
                   enum remedy remedy, const char *now, const char *then)
{
        struct difference item = {
                .key = key,
                .type = type,
                .remedy = remedy,
                .now = strdup(now),
                .then = strdup(then),
        };

        if (!item.now || !item.then || grow_array(&list->items, list->n, &list->room) < 0) {
                free(item.now);
                free(item.then);
                return -ENOMEM;
        }
        list->items[list->n++] = item;
        return 0;
}

static int compare_path(const struct comparison *c, struct differences *list)
{
        const char *now = c->live->path, *then = c->layout->domain->path;

        if (strcmp(now, then) == 0)
                return 0;
        if (!now[0] || !then[0])
                return difference_add(list, "Mounts", 0, REMEDY_RESTART, now[0] ? "yes" : "no",
                                      then[0] ? "yes" : "no");
        return difference_add(list, "Path", 0, REMEDY_RESTART, now, then);
}

static int compare_places(const struct comparison *c, struct differences *list)
{
        int r = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                const char *now = c->live->place[type] ?: "none";
                const char *then = c->layout->place_unit[type] ? c->layout->domain->place[type] : "none";

                if (strcmp(now, then) != 0)
                        r = difference_add(list, page_type_place_key(type), type, REMEDY_RESTART, now,
                                           then);
        }
        return r;
}

/* Everything that has an owner: the base and the roots of the mounts that are there. */
static size_t list_owners(const struct comparison *c,
                          const struct live_owner *ret[N_PAGE_TYPES + 1])
{
        size_t n = 0;

        if (c->live->base.known)
                ret[n++] = &c->live->base;
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (c->layout->mount[type] == MOUNT_OURS && c->live->mount[type].matches &&
                    c->live->mount[type].root.known)
                        ret[n++] = &c->live->mount[type].root;
        return n;
}

static int compare_owner(const struct comparison *c, struct differences *list)
{
        const struct live_owner *owners[N_PAGE_TYPES + 1];
        const struct domain *domain = c->layout->domain;
        bool user = false, group = false, mode = false;
        size_t n = list_owners(c, owners), at = 0;
        char now[8], then[8];
        int r = 0;

        for (size_t i = n; i-- > 0;) {
                bool u = c->owner && owners[i]->owner.uid != c->owner->uid;
                bool g = c->owner && owners[i]->owner.gid != c->owner->gid;
                bool m = owners[i]->mode != domain->mode;

                user |= u;
                group |= g;
                mode |= m;
                if (u || g || m)
                        at = i; /* the first is shown */
        }
        if (user)
                r = difference_add(list, "User", 0, REMEDY_SETUP, text_user(owners[at]->owner.uid),
                                   text_user(c->owner->uid));
        if (r >= 0 && group)
                r = difference_add(list, "Group", 0, REMEDY_SETUP,
                                   text_group(owners[at]->owner.gid), text_group(c->owner->gid));
        if (r >= 0 && mode) {
                snprintf(now, sizeof(now), "%04o", (unsigned) owners[at]->mode);
                snprintf(then, sizeof(then), "%04o", (unsigned) domain->mode);
                r = difference_add(list, "Mode", 0, REMEDY_SETUP, now, then);
        }
        return r;
}

static int compare_mount(const struct comparison *c, enum page_type type, bool holdings_change,
                         struct differences *list)
{
        bool wanted = c->layout->mount[type] == MOUNT_OURS;
        bool recorded = c->live->recorded[type], there = c->live->mount[type].matches;

        if (wanted && !recorded)
                return difference_add(list, page_type_key(type), type, REMEDY_RESTART, "no mount",
                                      "mounted");
        if (!wanted && recorded && c->layout->mount[type] == MOUNT_NONE)
                return difference_add(list, page_type_key(type), type, REMEDY_RESTART,
                                      there ? "mounted" : "a mount that is gone", "no mount");
        if (!wanted)
                return 0;
        if (!there) /* where the kernel has no such pages, none is missing */
                return page_type_has_pool(type) && !mount_layout_reserves(c->layout, type) &&
                                       !c->live->mount[type].present
                               ? 0
                               : difference_add(list, page_type_key(type), type, REMEDY_RESTART,
                                                c->live->mount[type].present
                                                        ? "something else mounted"
                                                        : "not mounted any more",
                                                "mounted");
        return differences_of_mount(c, type, holdings_change, list);
}

/* Pages of another size are others; the options of a mount say so, too. */
static int compare_size(const struct comparison *c, enum page_type type, struct differences *list)
{
        struct page_size now = c->live->size[type],
                         then = domain_page_size(c->layout->domain, type);

        if (!c->live->reserved[type] || !mount_layout_reserves(c->layout, type) ||
            page_size_equal(now, then) || c->live->mount[type].matches)
                return 0;
        return difference_add(list, page_type_size_key(type), type, REMEDY_RESTART,
                              page_size_text(now), page_size_text(then));
}

static int compare_types(const struct comparison *c, struct differences *list)
{
        int r = 0;

        for (enum page_type type = N_PAGE_TYPES; type-- > 0 && r >= 0;) {
                const struct forecast_type *forecast = c->forecast->type + type;
                bool holdings_change = false;
                size_t before = list->n;

                if (page_type_has_pool(type))
                        r = compare_size(c, type, list);
                for (size_t i = 0; i < forecast->n_nodes && r >= 0; i++)
                        r = differences_of_node(c, type, forecast->nodes + i, list);
                for (size_t i = before; i < list->n; i++)
                        holdings_change |= list->items[i].remedy == REMEDY_RESTART;
                if (r >= 0 && strcmp(c->live->path, c->layout->domain->path) == 0)
                        r = compare_mount(c, type, holdings_change, list);
        }
        return r;
}

/* The action at a stop is recorded with the reservations. */
static int compare_release(const struct comparison *c, struct differences *list)
{
        bool then = c->layout->domain->policy.release;
        int r = 0;

        for (enum page_type type = N_PAGE_TYPES; type-- > 0 && r >= 0;)
                if (c->live->reserved[type] && mount_layout_reserves(c->layout, type) &&
                    c->live->release[type] != then)
                        r = difference_add(list, "Release", type, REMEDY_RESERVE,
                                           then ? "no" : "yes", then ? "yes" : "no");
        return r;
}

static int compare_boot(const struct comparison *c, struct differences *list)
{
        static const char *const words[] = {
                [BOOT_NO] = "no", [BOOT_YES] = "yes", [BOOT_LATE] = "late"
        };
        enum boot then = domain_boot(c->layout->domain);

        if (!c->boot_known || c->boot == then)
                return 0;
        return difference_add(list, "Boot", 0, REMEDY_RELOAD, words[c->boot], words[then]);
}

/* They are evaluated at the next start. */
static int compare_conditions(const struct comparison *c, struct differences *list)
{
        _cleanup_free_ char *now = conditions_text(c->conditions),
                            *then = conditions_text(c->layout->domain->conditions);

        if (!now || !then)
                return -ENOMEM;
        return strcmp(now, then) == 0
                       ? 0
                       : difference_add(list, "Condition...", 0, REMEDY_RELOAD, now, then);
}

static int compare_requirements(const struct comparison *c, struct differences *list)
{
        _cleanup_free_ char *now = requirements_text(c->required_by), *then = NULL;
        _cleanup_strings_ char **declared = NULL;
        int r = requirements_sorted(c->layout->domain->required_by, &declared);

        if (r >= 0)
                then = requirements_text(declared);
        if (!now || !then)
                return -ENOMEM;
        return strcmp(now, then) == 0
                       ? 0
                       : difference_add(list, "RequiredBy", 0, REMEDY_RELOAD, now, then);
}

/* Without a watch nothing is repaired, regardless of the configuration. */
static int compare_repair(const struct comparison *c, struct differences *list)
{
        bool then = c->layout->domain->repair && c->watched;

        if (!c->repair_known || c->repair == then)
                return 0;
        return difference_add(list, "Repair", 0, REMEDY_RELOAD, then ? "no" : "yes",
                              then ? "yes" : "no");
}

int differences_find(const struct comparison *comparison, struct differences *ret)
{
        static int (*const parts[])(const struct comparison *c, struct differences *list) = {
                compare_path,   compare_places,   compare_owner, compare_types,        compare_release,
                compare_repair, compare_boot,  compare_conditions,
                compare_requirements,
        };
        _cleanup_differences_ struct differences list = {};

        for (size_t i = 0; i < ELEMENTSOF(parts); i++) {
                int r = parts[i](comparison, &list);

                if (r < 0)
                        return r;
        }

        *ret = list;
        list = (struct differences){};
        return 0;
}

enum remedy differences_remedy(const struct differences *differences)
{
        enum remedy strongest = REMEDY_NONE;

        for (size_t i = 0; i < differences->n; i++)
                if (differences->items[i].remedy > strongest)
                        strongest = differences->items[i].remedy;
        return strongest;
}

void differences_done(struct differences *differences)
{
        for (size_t i = 0; i < differences->n; i++) {
                free(differences->items[i].now);
                free(differences->items[i].then);
        }
        free(differences->items);
        *differences = (struct differences){};
}
