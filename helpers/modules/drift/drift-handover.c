/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/drift-handover.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/mounts/mount-table.h"

int drift_handover_begin(const struct machine *machine, const char *domain)
{
        return ledger_store_handover(machine, domain, &(struct ledger_handover){});
}

static int describe_mount(const struct mount_table *table, const char *base, enum page_type type,
                          struct handover_mount *ret)
{
        const struct mount_entry *entry;
        _cleanup_free_ char *path = NULL;
        struct stat st;
        int r = 0;

        if (asprintf(&path, "%s/%s", base, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        entry = mount_table_at(table, path);
        if (!entry)
                r = -ENOENT;
        else if (fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW) < 0)
                r = -errno;
        else if (st.st_dev != entry->device)
                r = -ESTALE;
        if (r < 0)
                return log_error_errno(r, "Cannot find out what is mounted at %s: %m", path);

        *ret = (struct handover_mount){
                .there = true,
                .device = entry->device,
                .inode = st.st_ino,
                .options = strdup(entry->fs_options),
        };
        return ret->options ? 0 : log_oom();
}

/* Pages that are lost later may be entered as lost by the first program that reads the pools. */
static int describe_pages(const struct machine *machine, const char *domain, enum page_type type,
                          struct ledger_handover *handover)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        int r;

        r = ledger_load_reservation(machine, domain, type, &own);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        for (size_t i = 0; i < own.n_nodes; i++)
                if (handover_add_pages(handover, type, own.nodes[i].node,
                                       holdings_held(own.nodes + i)) < 0)
                        return log_oom();
        return 0;
}

int drift_handover_complete(const struct machine *machine, const char *domain, const char *path,
                            const bool mounts[N_PAGE_TYPES], const struct owner *owner, mode_t mode)
{
        _cleanup_handover_ struct ledger_handover handover = {
                .complete = true,
                .uid = owner->uid,
                .gid = owner->gid,
                .mode = mode,
        };
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r;

        r = mount_table_load(machine, &table);
        if (r < 0)
                return r;
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                r = mounts[type] ? describe_mount(table, path, type, &handover.mount[type]) : 0;
                if (r >= 0 && page_type_has_pool(type))
                        r = describe_pages(machine, domain, type, &handover);
                if (r < 0)
                        return r;
        }

        return ledger_store_handover(machine, domain, &handover);
}
