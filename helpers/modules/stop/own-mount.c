/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/own-mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "basic/escape.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* Whether somebody mounted another one of the same type over ours: its content is not ours. */
static bool is_covering(const struct mount_table *table, const struct mount_entry *entry,
                        const struct ledger_mount_id *identity)
{
        const struct mount_entry *below = mount_table_parent(table, entry);
        struct ledger_mount_id found;

        return below && strcmp(below->target, entry->target) == 0 &&
               mount_identity_is_known(identity) &&
               mount_identity_at(AT_FDCWD, entry->target, entry->id, &found) >= 0 &&
               !mount_identity_is_same(&found, identity);
}

static const struct mount_entry *find_by_identity(const struct mount_table *table,
                                                  const struct ledger_mount_id *identity,
                                                  enum page_type type)
{
        for (size_t i = 0; i < table->n; i++) {
                const struct mount_entry *entry = table->entries + i;
                struct ledger_mount_id found;

                if (mount_entry_is_kind(entry, type) && mount_place_is_local(table, entry) &&
                    mount_identity_at(AT_FDCWD, entry->target, entry->id, &found) >= 0 &&
                    mount_identity_is_same(&found, identity))
                        return entry;
        }
        return NULL;
}

/* The mount at the domain's other place, if it is that of the base directory, or has the recorded identity. */
static const struct mount_entry *find_at_place(const struct mount_table *table,
                                               const struct ledger_domain *domain, enum page_type type)
{
        const struct mount_entry *entry =
                domain->place[type] ? mount_table_at(table, domain->place[type]) : NULL;
        struct ledger_mount_id found;
        const struct mount_entry *main = NULL;
        _cleanup_free_ char *path = NULL;

        if (!entry || !mount_entry_is_kind(entry, type))
                return NULL;
        if (mount_identity_is_known(&domain->mount_id[type]))
                return mount_identity_at(AT_FDCWD, entry->target, entry->id, &found) >= 0 &&
                                       mount_identity_is_same(&found, &domain->mount_id[type])
                               ? entry
                               : NULL;
        if (asprintf(&path, "%s/%s", domain->path, page_type_directory(type)) < 0)
                path = NULL;
        main = path ? mount_table_at(table, path) : NULL;
        return main && main->device == entry->device ? entry : NULL;
}

static int take_mount(const struct mount_table *table, const struct mount_entry *entry,
                      struct own_mount *mount)
{
        int r;

        free(mount->path);
        mount->path = strdup(entry->target);
        mount->device = entry->device;
        r = mount->path ? mount_place_of(table, entry, &mount->place) : -ENOMEM;
        return r == -ENOENT ? 0 : r;
}

int own_mount_find(const struct mount_table *table, const struct ledger_domain *domain,
                   enum page_type type, struct own_mount *ret, char **ret_over)
{
        const struct mount_entry *entry;

        *ret = (struct own_mount){ .type = type };
        if (asprintf(&ret->path, "%s/%s", domain->path, page_type_directory(type)) < 0) {
                ret->path = NULL;
                return -ENOMEM;
        }

        entry = find_at_place(table, domain, type);
        if (entry)
                return take_mount(table, entry, ret);
        entry = mount_table_at(table, ret->path);
        if (entry && (!mount_entry_matches(entry, type, ledger_domain_page_size(domain, type)) ||
                      is_covering(table, entry, &domain->mount_id[type]))) {
                _cleanup_free_ char *source = text_escape(entry->source);

                if (asprintf(ret_over, "%s (%s)", source ?: "?", entry->fstype) < 0) {
                        *ret_over = NULL;
                        return -ENOMEM;
                }
                return -EMEDIUMTYPE;
        }
        if (!entry && mount_identity_is_known(&domain->mount_id[type])) {
                entry = find_by_identity(table, &domain->mount_id[type], type);
                ret->moved = entry;
        }
        return entry ? take_mount(table, entry, ret) : -ENOENT;
}

/* The domain's own two places. */
static bool is_own_place(const struct ledger_domain *domain, enum page_type type, const char *target)
{
        size_t length = strlen(domain->path);

        return (domain->place[type] && strcmp(target, domain->place[type]) == 0) ||
               (strncmp(target, domain->path, length) == 0 && target[length] == '/' &&
                strcmp(target + length + 1, page_type_directory(type)) == 0);
}

char *own_mount_also_at(const struct mount_table *table, const struct ledger_domain *domain,
                        const struct own_mount *mount)
{
        const struct mount_entry *found = NULL;

        for (size_t i = 0; i < table->n && !found; i++) {
                const struct mount_entry *entry = table->entries + i;
                struct mount_place place = {};

                if (entry->device == mount->device &&
                    !(domain->place[mount->type] && is_own_place(domain, mount->type, entry->target)) &&
                    (mount_place_of(table, entry, &place) < 0 ||
                                                       !mount_place_is_same(&place, &mount->place)))
                        found = entry;
                mount_place_done(&place);
        }
        return found ? strdup(found->target) : NULL;
}

void own_mount_done(struct own_mount *mount)
{
        free(mount->path);
        mount_place_done(&mount->place);
        *mount = (struct own_mount){};
}
