/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compares the base directory and the roots of the mounts with the owner and mode that they were given. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "helpers/modules/base/identity.h"
#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/mounts/mount-table.h"

static int compare_owner(const struct drift_domain *domain, const char *path, const struct stat *st,
                         struct drift_list *list)
{
        const struct ledger_handover *was = &domain->handover;
        const struct drift drift = { .kind = DRIFT_OWNER, .domain = domain->record.name };

        if (!domain->has_handover || (st->st_uid == was->uid && st->st_gid == was->gid &&
                                      (st->st_mode & 07777) == was->mode))
                return 0;
        return drift_add(list, &drift,
                         "%s: owner %u:%u and mode %04o, but was handed over to %u:%u with %04o",
                         path, st->st_uid, st->st_gid, (unsigned) st->st_mode & 07777, was->uid,
                         was->gid, (unsigned) was->mode);
}

static int compare_mount_root(const struct drift_snapshot *snapshot,
                              const struct drift_domain *domain, enum page_type type,
                              struct drift_list *list)
{
        const struct mount_entry *entry;
        _cleanup_free_ char *path = NULL;
        struct stat st;

        if (asprintf(&path, "%s/%s", domain->record.path, page_type_directory(type)) < 0)
                return -ENOMEM;
        entry = mount_table_at(snapshot->table, path);
        /* Foreign mounts are reported by the comparison of the mounts. */
        if (!entry ||
            !mount_entry_matches(entry, type, ledger_domain_page_size(&domain->record, type)) ||
            entry->device != domain->handover.mount[type].device ||
            fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW) < 0 ||
            st.st_dev != entry->device)
                return 0;
        return compare_owner(domain, path, &st, list);
}

/* Whether another directory than the recorded one is at the record's path. */
static bool is_another(const struct ledger_domain *record)
{
        _cleanup_close_ int fd = open(record->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct ledger_identity id;

        return record->base_id.known && fd >= 0 && identity_read(fd, &id) >= 0 &&
               !identity_equal(&id, &record->base_id);
}

static int compare_domain(const struct drift_snapshot *snapshot, const struct drift_domain *domain,
                          struct drift_list *list)
{
        const struct drift drift = { .kind = DRIFT_NO_BASE, .domain = domain->record.name };
        const char *path = domain->record.path;
        struct stat st;
        int r = 0;

        if (fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT || errno == ENOTDIR
                               ? drift_add(list, &drift, "%s: missing", path)
                               : 0;
        if (!S_ISDIR(st.st_mode))
                return drift_add(list, &drift, "%s: is not a directory any more", path);
        if (is_another(&domain->record))
                return drift_add(list, &drift,
                                 "%s: is another directory than the one of the domain", path);

        r = compare_owner(domain, path, &st, list);
        for (enum page_type type = 0; r >= 0 && type < N_PAGE_TYPES; type++)
                if (domain->handover.mount[type].there)
                        r = compare_mount_root(snapshot, domain, type, list);
        return r;
}

int drift_compare_directories(const struct drift_snapshot *snapshot, const char *only,
                              struct drift_list *list)
{
        int r = 0;

        for (size_t i = 0; r >= 0 && i < snapshot->n_domains; i++)
                if (snapshot->domains[i].record.path &&
                    (!only || strcmp(snapshot->domains[i].record.name, only) == 0))
                        r = compare_domain(snapshot, snapshot->domains + i, list);
        return r;
}
