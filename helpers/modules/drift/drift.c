/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/drift.h"

#include <stdarg.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/drift/snapshot.h"

/* A difference must persist for this long: a program of ours that changes a pool or a directory has
 * updated its record by then. */
#define LOOKS           3
#define LOOK_PAUSE_NSEC (50 * 1000 * 1000)

static bool same(const struct drift *a, const struct drift *b)
{
        return a->kind == b->kind && a->has_type == b->has_type && a->type == b->type &&
               a->has_node == b->has_node && a->node == b->node &&
               strcmp(a->domain, b->domain) == 0 &&
               (a->kind == DRIFT_POOL || a->kind == DRIFT_CLAIM || strcmp(a->text, b->text) == 0);
}

void drift_keep(struct drift_list *list, const struct drift_list *before)
{
        size_t n = 0;

        for (size_t i = 0; i < list->n; i++) {
                bool stays = false;

                for (size_t j = 0; j < before->n && !stays; j++)
                        stays = same(before->items + j, list->items + i);
                if (stays)
                        list->items[n++] = list->items[i];
                else
                        drift_done(list->items + i);
        }
        list->n = n;
}

static int look(const struct machine *machine, const char *only, struct drift_list *ret)
{
        _cleanup_snapshot_ struct drift_snapshot snapshot = {};
        _cleanup_drift_ struct drift_list list = {};
        int r;

        r = drift_snapshot_take(machine, &snapshot);
        if (r < 0)
                return r;
        r = drift_compare_pools(&snapshot, only, &list);
        if (r >= 0)
                r = drift_compare_claims(&snapshot, &list);
        if (r >= 0)
                r = drift_compare_mounts(&snapshot, only, &list);
        if (r >= 0)
                r = drift_compare_directories(&snapshot, only, &list);
        if (r < 0)
                return log_oom();

        *ret = list;
        list = (struct drift_list){};
        return 0;
}

int drift_find(const struct machine *machine, const char *only, struct drift_list *ret)
{
        _cleanup_drift_ struct drift_list list = {};
        int r;

        if (machine->state >= 0) {
                r = look(machine, only, &list);
                if (r < 0)
                        return r;
        }

        for (unsigned i = 1; i < LOOKS && list.n > 0; i++) {
                _cleanup_drift_ struct drift_list before = list;

                list = (struct drift_list){};
                clock_pause(LOOK_PAUSE_NSEC);
                r = look(machine, only, &list);
                if (r < 0)
                        return r;
                drift_keep(&list, &before);
        }

        *ret = list;
        list = (struct drift_list){};
        return 0;
}
