/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/status.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/report.h"

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
                                line->asked, page_type_name(type));
        }
        if (fclose(file) == 0 && *text)
                report_status("%s", text);
}
