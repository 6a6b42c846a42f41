/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/ledger-text.h"
#include "helpers/modules/ledger/record-text.h"

/* "node=0 others=6" */
static int parse_line(char *line, void *record)
{
        struct ledger_baseline *baseline = record;
        struct ledger_baseline_node *node;
        uint64_t number, others;
        char *p = line;

        if (record_parse_pair(&p, "node", INT_MAX, &number) < 0 ||
            record_parse_pair(&p, "others", RECORD_PAGES_MAX, &others) < 0 || *p)
                return -EBADMSG;
        if (baseline->n_nodes > 0 && baseline->nodes[baseline->n_nodes - 1].node >= number)
                return -EBADMSG;

        node = ledger_baseline_make(baseline, (unsigned) number);
        if (!node)
                return -ENOMEM;
        node->others = others;
        return 0;
}

int ledger_parse_baseline(char *text, const char *name, const char *boot, struct page_size size,
                          struct ledger_baseline *ret)
{
        _cleanup_(ledger_baseline_done) struct ledger_baseline baseline = { .size = size };
        int r;

        r = record_parse_of_boot(text, name, boot, parse_line, &baseline);
        if (r < 0)
                return r;

        *ret = baseline;
        baseline = (struct ledger_baseline){};
        return 0;
}

void ledger_write_baseline(FILE *f, const void *record)
{
        const struct ledger_baseline *baseline = record;

        for (size_t i = 0; i < baseline->n_nodes; i++)
                fprintf(f, "node=%u others=%" PRIu64 "\n", baseline->nodes[i].node,
                        baseline->nodes[i].others);
}
