/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/holdings-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "helpers/modules/kernel/pool.h"

int claim_left(const struct machine *machine, struct page_size size, uint64_t *ret)
{
        struct pool_counts all;
        uint64_t claimed;
        int r;

        r = pool_read_all(machine->sysfs, size, &all);
        if (r >= 0)
                r = pool_reserved(machine->sysfs, size, &claimed);
        if (r < 0)
                return r;

        *ret = all.free > claimed ? all.free - claimed : 0;
        return 0;
}

int claim_explain(const struct machine *machine, struct page_size size, uint64_t pages, char **ret)
{
        struct pool_counts all;
        uint64_t claimed, left;
        int r;

        r = pool_read_all(machine->sysfs, size, &all);
        if (r >= 0)
                r = pool_reserved(machine->sysfs, size, &claimed);
        if (r < 0)
                return r;

        left = all.free > claimed ? all.free - claimed : 0;
        if (pages <= left)
                return 0;
        if (asprintf(ret,
                     "it claims %" PRIu64 " %s pages (min_size=), but of the %" PRIu64
                     " in the pools %" PRIu64 " are left: %" PRIu64 " are in use, %" PRIu64
                     " are claimed already, perhaps by the same file system, where it is still "
                     "mounted in another mount namespace",
                     pages, page_size_name(size), all.total, left, all.total - all.free,
                     claimed) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 1;
}
