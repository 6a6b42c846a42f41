/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/drift.h"

#include <stdarg.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/drift/snapshot.h"

/* A difference has to last: whoever changes a pool or a directory of ours has made its record true
 * within this. */
#define LOOKS           3
#define LOOK_PAUSE_NSEC (50 * 1000 * 1000)

const char *drift_kind_name(enum drift_kind kind)
{
        static const char *const names[] = {
                [DRIFT_POOL] = "pool",
                [DRIFT_CLAIM] = "claim",
                [DRIFT_CLAIM_SIZE] = "claim-size",
                [DRIFT_NO_MOUNT] = "no-mount",
                [DRIFT_MOUNT] = "mount",
                [DRIFT_NO_BASE] = "no-base",
                [DRIFT_OWNER] = "owner",
        };

        return names[kind];
}

static void drift_done(struct drift *drift)
{
        free(drift->domain);
        free(drift->text);
        drift_takers_free(drift->takers, drift->n_takers);
}

void drift_takers_free(struct drift_taker *takers, size_t n)
{
        for (size_t i = 0; i < n; i++)
                free(takers[i].command);
        free(takers);
}

void drift_list_done(struct drift_list *list)
{
        for (size_t i = 0; i < list->n; i++)
                drift_done(list->items + i);
        free(list->items);
        free(list->claims);
        *list = (struct drift_list){};
}

bool drift_has(const struct drift_list *list, const char *domain)
{
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->items[i].domain, domain) == 0)
                        return true;
        return false;
}

static int make_room(struct drift_list *list)
{
        size_t room = list->room ? 2 * list->room : 8;
        struct drift *bigger;

        if (list->n < list->room)
                return 0;
        bigger = reallocarray(list->items, room, sizeof(*bigger));
        if (!bigger)
                return -ENOMEM;

        list->items = bigger;
        list->room = room;
        return 0;
}

static int copy_takers(const struct drift *from, struct drift *to)
{
        to->takers = calloc(from->n_takers ?: 1, sizeof(*to->takers));
        if (!to->takers)
                return -ENOMEM;

        for (size_t i = 0; i < from->n_takers; i++) {
                to->takers[i] = from->takers[i];
                to->takers[i].command = strdup(from->takers[i].command);
                to->n_takers++;
                if (!to->takers[i].command)
                        return -ENOMEM;
        }
        return 0;
}

int drift_add(struct drift_list *list, const struct drift *item, const char *format, ...)
{
        struct drift drift = *item;
        va_list ap;
        int r;

        drift.takers = NULL;
        drift.n_takers = 0;
        va_start(ap, format);
        r = vasprintf(&drift.text, format, ap);
        va_end(ap);
        if (r < 0)
                drift.text = NULL;
        drift.domain = strdup(item->domain);
        if (!drift.text || !drift.domain || copy_takers(item, &drift) < 0 || make_room(list) < 0) {
                drift_done(&drift);
                return -ENOMEM;
        }

        list->items[list->n++] = drift;
        return 0;
}

static bool same(const struct drift *a, const struct drift *b)
{
        return a->kind == b->kind && a->has_type == b->has_type && a->type == b->type &&
               a->has_node == b->has_node && a->node == b->node &&
               strcmp(a->domain, b->domain) == 0 &&
               (a->kind == DRIFT_POOL || a->kind == DRIFT_CLAIM || strcmp(a->text, b->text) == 0);
}

static bool contains(const struct drift_list *list, const struct drift *drift)
{
        for (size_t i = 0; i < list->n; i++)
                if (same(list->items + i, drift))
                        return true;
        return false;
}

void drift_keep(struct drift_list *list, const struct drift_list *before)
{
        size_t n = 0;

        for (size_t i = 0; i < list->n; i++)
                if (contains(before, list->items + i))
                        list->items[n++] = list->items[i];
                else
                        drift_done(list->items + i);
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
