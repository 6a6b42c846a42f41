/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/regions/memory-users.h"

#include "basic/cleanup.h"

const char *memory_kind_name(enum memory_kind kind)
{
        static const char *const names[] = {
                [MEMORY_ANONYMOUS] = "anonymous", [MEMORY_MEMFD] = "memfd",
                [MEMORY_SYSV] = "sysv",           [MEMORY_FILE] = "file",
                [MEMORY_UNSEEN] = "unseen",
        };

        return names[kind];
}

void memory_users_done(struct memory_users *users)
{
        for (size_t i = 0; i < users->n_processes; i++)
                free(users->processes[i].command);
        for (size_t i = 0; i < users->n_uses; i++) {
                free(users->uses[i].name);
                node_pages_done(&users->uses[i].nodes);
        }
        free(users->processes);
        free(users->uses);
        *users = (struct memory_users){};
}
