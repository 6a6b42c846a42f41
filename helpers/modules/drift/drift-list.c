/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/drift-list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/grow-array.h"

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

void drift_done(struct drift *drift)
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
        if (!drift.text || !drift.domain || copy_takers(item, &drift) < 0 ||
            grow_array(&list->items, list->n, &list->room) < 0) {
                drift_done(&drift);
                return -ENOMEM;
        }

        list->items[list->n++] = drift;
        return 0;
}
