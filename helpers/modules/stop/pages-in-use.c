/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/pages-in-use.h"

#include <errno.h>
#include <inttypes.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/holdings/account.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/processes/huge-users.h"

/* More processes than these are counted, not named. */
#define MAX_NAMED 16

static int name_users(const struct machine *machine, struct blockers *blockers)
{
        _cleanup_huge_users_ struct huge_users users = {};
        int r = huge_users_find(machine->procfs, &users);

        if (r < 0)
                return log_error_errno(r, "Cannot find out who has huge pages: %m");
        for (size_t i = 0; i < users.n && i < MAX_NAMED && r >= 0; i++) {
                _cleanup_free_ char *text = NULL;

                if (huge_user_format(&users.users[i], &text) < 0)
                        return log_oom();
                r = blockers_add(blockers, "%s", text);
        }
        if (users.n > MAX_NAMED && r >= 0)
                r = blockers_add(blockers, "and %zu more", users.n - MAX_NAMED);
        if (users.n == 0)
                r = blockers_add(blockers,
                                 "no process has them mapped: files that are open, segments that "
                                 "nobody has attached");
        return r;
}

/* How many of the pages that the record says were added can still be there: not those that a teardown had
 * released when it was killed before entering that, nor those that somebody else has removed from the
 * pool. Pages in use are included, if necessary as surplus. -ENOENT: there are no pages to release. */
static int count_added(const struct machine *machine, const char *domain, enum page_type type,
                       uint64_t *ret)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        int r = ledger_load_reservation(machine, domain, type, &reservation);

        if (r < 0)
                return r;
        *ret = 0;
        for (size_t i = 0; i < reservation.n_nodes; i++) {
                const struct ledger_node *line = &reservation.nodes[i];
                uint64_t added = line->added, doubt;
                struct pool_counts counts = {};

                r = pool_read(machine->sysfs, line->node, reservation.size, &counts);
                if (r < 0 && r != -ENOENT) /* a node that no longer exists has no pages of ours */
                        return r;
                if (line->pending)
                        added = account_inherit(added, line->before, line->target,
                                                pool_persistent(&counts), &doubt);
                *ret += min_u64(added, counts.total);
        }
        return reservation.release ? 0 : -ENOENT;
}

static int check_type(const struct machine *machine, const char *domain, enum page_type type,
                      struct blockers *blockers)
{
        struct page_size size = ledger_reservation_size(machine->state, domain, type);
        uint64_t added = 0, promised = 0, available;
        struct pool_counts counts = {};
        int r;

        r = count_added(machine, domain, type, &added);
        if (r >= 0)
                r = pool_read_all(machine->sysfs, size, &counts);
        if (r >= 0)
                r = pool_reserved(machine->sysfs, size, &promised);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        available = counts.free > promised ? counts.free - promised : 0;
        if (available >= added)
                return 0;

        r = blockers_add(
                blockers,
                "%" PRIu64
                " %s pages of the domain are not free: others removed its mount, but files in it "
                "are still "
                "open",
                added - available, page_size_name(size));
        if (r >= 0)
                r = name_users(machine, blockers);
        return r < 0 ? r : -EBUSY;
}

int pages_in_use_check(const struct machine *machine, const struct ledger_domain *domain,
                       const struct unmounted *ends, struct blockers *blockers)
{
        int r, result = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                if (!page_type_has_pool(type) || !domain->mount[type] ||
                    ends->mounts[type].watch > 0 ||
                    !mount_identity_is_known(&domain->mount_id[type]))
                        continue;
                r = check_type(machine, domain->name, type, blockers);
                if (r < 0 && result != -EBUSY)
                        result = r;
        }
        return result;
}

void pages_in_use_tell(const struct machine *machine, struct page_size size, uint64_t surplus)
{
        _cleanup_blockers_ struct blockers users = {};
        uint64_t now;

        if (pool_surplus_all(machine->sysfs, size, &now) < 0 || now <= surplus)
                return;
        log_warning(
                "%" PRIu64
                " %s pages of the domain are in use without a mount of it; they stay as surplus, "
                "and the "
                "kernel frees them when they are released:",
                now - surplus, page_size_name(size));
        if (name_users(machine, &users) >= 0)
                blockers_log(&users, LOG_WARNING);
}
