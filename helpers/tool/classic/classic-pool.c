/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/classic-pool.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"

/* Writes the other owners of pages on NODE, "lab: 4, others: 8"; "others" are users unknown to
 * fd-shmem. Returns how many pages DOMAIN has. */
static uint64_t write_owners(FILE *text, const struct ledger_reservation *reservations, size_t n,
                             const char *domain, unsigned node, uint64_t total)
{
        const char *separator = "";
        uint64_t own = 0, known = 0;

        for (size_t i = 0; i < n; i++) {
                uint64_t held = holdings_held(holdings_node(&reservations[i], node));

                known += held;
                if (strcmp(reservations[i].domain, domain) == 0) {
                        own = held;
                } else if (held > 0) {
                        fprintf(text, "%s%s: %" PRIu64, separator, reservations[i].domain, held);
                        separator = ", ";
                }
        }
        if (total > known)
                fprintf(text, "%sothers: %" PRIu64, separator, total - known);
        return own;
}

/* With the script, a request for COUNT pages resulted in COUNT pages in the pool; if there are
 * more, their owners are logged. */
static void say(const struct tool *tool, enum page_type type, unsigned node, uint64_t count,
                uint64_t own, uint64_t total, const char *owners)
{
        const char *name = page_type_name(type);

        if (!tool->classic)
                fprintf(tool->out,
                        "node %u: %" PRIu64 " %s pages for FD_SHMEM_PATH, %" PRIu64
                        " in the pool\n",
                        node, own, name, total);
        if (total > count)
                log_notice("node %u: the pool keeps %" PRIu64
                           " %s pages that are not this domain's "
                           "(%s)",
                           node, total - own, name, owners);
}

int classic_say_pool(const struct tool *tool, const char *domain, enum page_type type,
                     unsigned node, uint64_t count)
{
        struct ledger_reservation *reservations = NULL;
        _cleanup_free_ char *owners = NULL;
        struct pool_counts counts;
        size_t n = 0, size = 0;
        uint64_t own;
        FILE *text;
        int r;

        r = pool_read(tool->machine.sysfs, node, page_size_default(type), &counts);
        if (r < 0)
                return r == -ENOENT ? 0 : log_error_errno(r, "cannot read the pool: %m");
        r = ledger_list_reservations(&tool->machine, page_size_default(type), &reservations, &n);
        if (r < 0)
                return r;

        text = open_memstream(&owners, &size);
        if (text) {
                own = write_owners(text, reservations, n, domain, node, pool_persistent(&counts));
                r = fclose(text) == 0 ? 0 : -errno;
        } else {
                r = -ENOMEM;
        }
        ledger_reservations_free(reservations, n);
        if (r < 0)
                return log_oom();

        say(tool, type, node, count, own, pool_persistent(&counts), owners);
        return 0;
}
