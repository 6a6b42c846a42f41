/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/pool-slots.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"
#include "helpers/modules/ledger/ledger.h"

unsigned pool_slot_find(const struct pool_slots *slots, struct page_size size)
{
        unsigned slot = PAGE_NORMAL + 1;

        while (slot < pool_slots_end(slots) && !page_size_equal(pool_slot_size(slots, slot), size))
                slot++;
        return slot;
}

unsigned pool_slot_add(struct pool_slots *slots, struct page_size size)
{
        unsigned slot = pool_slot_find(slots, size);

        if (slot == pool_slots_end(slots))
                slots->more[slots->n_more++] = size;
        return slot;
}

int pool_slots_load(int state, struct pool_slots *slots)
{
        _cleanup_strings_ char **names = NULL;
        int r = ledger_list_names(state, "reservation", &names);

        for (char **name = names; r >= 0 && *name; name++) {
                char *colon = strrchr(*name, ':');
                int type = colon ? page_type_from_name(colon + 1) : -1;

                if (type < 0)
                        continue;
                *colon = '\0';
                pool_slot_add(slots, ledger_reservation_size(state, *name, (enum page_type) type));
        }
        return r;
}

unsigned pool_slots_order(const struct pool_slots *slots, unsigned ret[POOL_SLOTS_MAX])
{
        unsigned n = 0;

        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(slots); slot++) {
                struct page_size size = pool_slot_size(slots, slot);
                unsigned at = n++;

                for (; at > 0 && pool_slot_size(slots, ret[at - 1]).bytes < size.bytes; at--)
                        ret[at] = ret[at - 1];
                ret[at] = slot;
        }
        return n;
}
