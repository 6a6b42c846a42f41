/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compares the mount table with the mounts at the domain's handover. */

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/mounts/mount-table.h"

/* No file server is asked: the file system that replaced our mount may be dead. */
#define STATX_FLAGS (AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW)

/* One mount of one domain. */
struct place {
        const struct drift_snapshot *snapshot;
        const struct drift_domain *domain;
        enum page_type type;
        char *path;
};

static int add(const struct place *place, enum drift_kind kind, const char *text,
               struct drift_list *list)
{
        const struct drift drift = {
                .kind = kind,
                .domain = place->domain->record.name,
                .has_type = true,
                .type = place->type,
        };

        return drift_add(list, &drift, "%s: %s", place->path, text);
}

/* Without a record of the handover, the configured mounts count, for page sizes that exist. */
static bool is_expected(const struct place *place)
{
        const struct drift_domain *domain = place->domain;

        if (domain->has_handover)
                return domain->handover.mount[place->type].there;
        return domain->record.mount[place->type] &&
               (!page_type_has_pool(place->type) ||
                drift_pools_of(place->snapshot, place->domain, place->type)->supported);
}

/* The path is the owner's directory; without access, the device is taken from the mount table. */
static bool is_same(const struct place *place, const struct mount_entry *entry)
{
        const struct handover_mount *was = &place->domain->handover.mount[place->type];
        struct statx st;

        if (entry->device != was->device)
                return false;
        if (!page_type_has_pool(place->type) ||
            statx(AT_FDCWD, place->path, STATX_FLAGS, STATX_INO, &st) < 0 ||
            makedev(st.stx_dev_major, st.stx_dev_minor) != entry->device)
                return true;
        return st.stx_ino == was->inode;
}

static int compare_options(const struct place *place, const struct mount_entry *entry,
                           struct drift_list *list)
{
        const struct handover_mount *was = &place->domain->handover.mount[place->type];
        _cleanup_free_ char *text = NULL;

        if (strcmp(entry->fs_options, was->options) == 0)
                return 0;
        if (asprintf(&text, "mounted with %s, but was handed over with %s", entry->fs_options,
                     was->options) < 0) {
                text = NULL;
                return -ENOMEM;
        }
        return add(place, DRIFT_MOUNT, text, list);
}

/* The claim that the mount should have: all reserved pages or, while there are more than requested, at
 * least those requested. Pages lost since are reported as such. A domain that continues with fewer pages
 * claims those that others leave. */
static void expected_claim(const struct place *place, uint64_t *ret_least, uint64_t *ret_most)
{
        const struct ledger_reservation *own =
                drift_reservation(place->snapshot, place->type, place->domain->record.name);

        *ret_least = *ret_most = 0;
        for (size_t i = 0; own && i < own->n_nodes; i++) {
                uint64_t pages = drift_expected(place->snapshot, place->type, place->domain,
                                                own->nodes[i].node),
                         asked = own->nodes[i].asked;

                *ret_most += pages;
                *ret_least += pages < asked ? pages : asked;
        }
        if (own && own->take_less)
                *ret_least = 0;
}

/* Pages that "fd-shmem alloc" reserves belong to a mount that was made before them and claims none;
 * the names of such domains begin with "_". */
static int compare_claim(const struct place *place, struct drift_list *list)
{
        const struct drift_domain *domain = place->domain;
        uint64_t least, most, claim = domain->claim[place->type];
        const char *size = page_size_name(ledger_domain_page_size(&domain->record, place->type)),
                   *name = domain->record.name;
        struct drift drift = {
                .kind = DRIFT_CLAIM_SIZE,
                .domain = (char *) name,
                .has_type = true,
                .type = place->type,
                .there = claim,
        };

        if (!domain->has_claim[place->type] || name[0] == '_')
                return 0;
        expected_claim(place, &least, &most);
        if (claim >= least && claim <= most)
                return 0;

        drift.recorded = claim < least ? least : most;
        return drift_add(list, &drift,
                         "%s: the mount claims %" PRIu64 " %s pages (min_size=), %" PRIu64
                         " are reserved",
                         place->path, claim, size, drift.recorded);
}

static int compare_place(const struct place *place, struct drift_list *list)
{
        const struct mount_entry *entry = mount_table_at(place->snapshot->table, place->path);
        int r = 0;

        if (!entry)
                return add(place, DRIFT_NO_MOUNT, "not mounted", list);
        if (!mount_entry_matches(entry, place->type,
                                 ledger_domain_page_size(&place->domain->record, place->type))) {
                _cleanup_free_ char *text = NULL;

                if (asprintf(&text, "%s is mounted there, with %s", entry->fstype,
                             entry->fs_options) < 0)
                        return -ENOMEM;
                return add(place, DRIFT_NO_MOUNT, text, list);
        }

        if (place->domain->has_handover && !is_same(place, entry))
                return add(place, DRIFT_MOUNT,
                           "another file system is mounted there than the one handed over", list);
        if (place->domain->has_handover)
                r = compare_options(place, entry, list);
        return r < 0 ? r : compare_claim(place, list);
}

int drift_compare_mounts(const struct drift_snapshot *snapshot, const char *only,
                         struct drift_list *list)
{
        for (size_t i = 0; i < snapshot->n_domains; i++) {
                struct place place = { .snapshot = snapshot, .domain = snapshot->domains + i };

                if (!place.domain->record.path ||
                    (only && strcmp(place.domain->record.name, only) != 0))
                        continue;
                for (place.type = 0; place.type < N_PAGE_TYPES; place.type++) {
                        _cleanup_free_ char *path = NULL;
                        int r;

                        if (!is_expected(&place))
                                continue;
                        if (asprintf(&path, "%s/%s", place.domain->record.path,
                                     page_type_directory(place.type)) < 0)
                                return -ENOMEM;
                        place.path = path;
                        r = compare_place(&place, list);
                        if (r < 0)
                                return r;
                }
        }
        return 0;
}
