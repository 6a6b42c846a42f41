/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/stale.h"

#include "basic/log.h"
#include "helpers/modules/reserve/release.h"

/* Whether the domain has such a record, and for another use than that of REQUEST. *RET_SIZE: of its pages. */
static bool is_stale(const struct machine *machine, const struct reservation_request *request,
                     enum page_type type, struct page_size *ret_size)
{
        _cleanup_reservation_ struct ledger_reservation record = {};

        *ret_size = ledger_reservation_size(machine->state, request->domain, type);
        if ((type == request->type) == page_size_equal(*ret_size, request->size))
                return false;
        return ledger_load_reservation(machine, request->domain, type, &record) != -ENOENT;
}

int stale_release(const struct machine *machine, const struct reservation_request *request,
                  ledger_waiting_t waiting, void *userdata)
{
        for_each_pool_type(type) {
                _cleanup_close_ int lock = -1;
                struct page_size size;
                int r;

                if (!is_stale(machine, request, type, &size))
                        continue;
                lock = ledger_lock(machine, page_size_name(size), waiting, userdata);
                if (lock < 0)
                        return lock;
                log_notice(
                        "Releasing the %s pages that domain %s had as its %s ones: its page sizes "
                        "have changed",
                        page_size_text(size), request->domain, page_type_name(type));
                r = release_reservation(machine, request->domain, type);
                if (r < 0)
                        return r;
        }
        return 0;
}
