/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/mounts/mount-table.h"

ino_t namespace_of(int procfs, pid_t pid)
{
        char name[32], target[32];
        uint64_t number;
        ssize_t n;

        if (pid > 0)
                snprintf(name, sizeof(name), "%d/ns/mnt", (int) pid);
        else
                strcpy(name, "self/ns/mnt");
        n = readlinkat(procfs, name, target, sizeof(target) - 1);
        if (n <= 0)
                return 0;
        target[n] = '\0';
        return sscanf(target, "mnt:[%" SCNu64 "]", &number) == 1 ? number : 0;
}

/* By identity: asks the file system itself, through the process's root. */
static bool is_identical(int process, const struct mount_table *table,
                         const struct mount_entry *entry, const struct namespace_search *search)
{
        _cleanup_free_ char *path = NULL;
        struct ledger_mount_id found;

        if (!mount_entry_is_kind(entry, search->type) || !mount_place_is_local(table, entry))
                return false;
        if (asprintf(&path, "root%s", entry->target) < 0) {
                path = NULL;
                return false;
        }
        return mount_identity_at(process, path, entry->id, &found) >= 0 &&
               mount_identity_is_same(&found, &search->identity);
}

void namespace_look(int process, const struct mount_table *table,
                    const struct namespace_search *search, struct namespace_finding *ret)
{
        for (size_t i = 0; i < table->n; i++) {
                const struct mount_entry *entry = table->entries + i;
                struct mount_place place = {};
                bool elsewhere = false;

                if (search->device == 0)
                        elsewhere = is_identical(process, table, entry, search);
                else if (entry->device == search->device) {
                        elsewhere = !search->place || mount_place_of(table, entry, &place) < 0 ||
                                    !mount_place_is_same(&place, search->place);
                        ret->own_copy |= !elsewhere && !mount_place_follows(&place, search->place);
                }
                mount_place_done(&place);
                if (elsewhere && !ret->elsewhere)
                        ret->elsewhere = strdup(entry->target);
        }
}
