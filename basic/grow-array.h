/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Arrays that grow by doubling. */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

static inline int grow_array_to(void **items, size_t n, size_t *room, size_t size)
{
        size_t bigger = *room ? 2 * *room : 16;
        void *moved;

        if (n < *room)
                return 0;

        moved = reallocarray(*items, bigger, size);
        if (!moved)
                return -ENOMEM;
        *items = moved;
        *room = bigger;
        return 0;
}

/* Makes room for one more item in *ITEMS, of which N of *ROOM are used. 0 or -ENOMEM. */
#define grow_array(items, n, room) grow_array_to((void **) (items), n, room, sizeof(**(items)))
