/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/status-line.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/size.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/report.h"

/* On any progress, the timeout is extended to this long from then. */
#define PATIENCE_USEC (UINT64_C(120) * 1000 * 1000)

/* A rate measured over less than this is too inaccurate. */
#define RATE_USEC_MIN (100 * 1000)

const char *progress_format_rate(uint64_t bytes, uint64_t usec, char *buffer, size_t size)
{
        double rate = usec > 0 ? (double) bytes * 1e6 / (double) usec : 0;

        if (bytes == 0 || usec < RATE_USEC_MIN)
                snprintf(buffer, size, "%s", "");
        else if (rate >= (double) GIB)
                snprintf(buffer, size, "%.1f GiB/s", rate / (double) GIB);
        else if (rate >= 10 * (double) MIB)
                snprintf(buffer, size, "%.0f MiB/s", rate / (double) MIB);
        else
                snprintf(buffer, size, "%.1f MiB/s", rate / (double) MIB);

        return buffer;
}

/* The status line; WHAT may be NULL. */
static void show(const struct progress *p, const char *what)
{
        uint64_t gained = p->pages > p->begin_pages ? p->pages - p->begin_pages : 0;
        char rate[32];

        progress_format_rate(gained * p->size.bytes, clock_usec() - p->begin_usec, rate,
                             sizeof(rate));
        report_status("node %u: %s%s%" PRIu64 " of %" PRIu64 " %s pages%s%s", p->node, what ?: "",
                      what ? ", " : "", p->pages, p->target, page_size_name(p->size),
                      rate[0] ? ", " : "", rate);
}

void progress_pages(struct progress *p, unsigned node, uint64_t pages, uint64_t target)
{
        bool begins = p->begin_usec == 0 || p->node != node;

        if (!begins && p->pages == pages)
                return;
        if (begins) {
                p->begin_usec = clock_usec();
                p->begin_pages = pages;
        }
        if (begins || pages > p->most) {
                p->most = pages;
                report_extend_timeout(PATIENCE_USEC);
        }

        p->node = node;
        p->pages = pages;
        p->target = target;
        show(p, NULL);
}

void progress_activity(struct progress *p, unsigned node, const char *what)
{
        if (p->begin_usec == 0 || p->node != node)
                report_status("node %u: %s for %s pages", node, what, page_size_name(p->size));
        else
                show(p, what);
}

void status_reservation(const struct machine *machine, const char *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        _cleanup_free_ char *text = NULL;
        size_t length;
        FILE *file;

        if (ledger_load_reservation(machine, domain, type, &reservation) < 0)
                return;
        file = open_memstream(&text, &length);
        if (!file)
                return;
        for (size_t i = 0; i < reservation.n_nodes; i++) {
                const struct ledger_node *line = &reservation.nodes[i];

                if (line->asked > 0)
                        fprintf(file, "%snode %u: %" PRIu64 " of %" PRIu64 " %s pages",
                                ftell(file) > 0 ? "; " : "", line->node, holdings_held(line),
                                line->asked, page_size_name(reservation.size));
        }
        if (fclose(file) == 0 && *text)
                report_status("%s", text);
}
