/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/ledger-text.h"
#include "helpers/modules/ledger/record-text.h"

/* A number that is left out when it is 0. */
static int parse_optional(char **p, const char *key, uint64_t max, uint64_t *ret)
{
        return record_value(*p, key) ? record_parse_pair(p, key, max, ret) : 0;
}

static void write_optional(FILE *f, const char *key, uint64_t number)
{
        if (number > 0)
                fprintf(f, " %s=%" PRIu64, key, number);
}

static int parse_node(char *p, struct ledger_node *ret)
{
        struct ledger_node node = {};
        uint64_t number;

        if (record_parse_pair(&p, "node", INT_MAX, &number) < 0 ||
            record_parse_pair(&p, "asked", RECORD_PAGES_MAX, &node.asked) < 0 ||
            record_parse_pair(&p, "adopted", RECORD_PAGES_MAX, &node.adopted) < 0 ||
            record_parse_pair(&p, "added", RECORD_PAGES_MAX, &node.added) < 0 ||
            parse_optional(&p, "converted", node.added, &node.converted) < 0)
                return -EBADMSG;
        if (*p) {
                node.pending = true;
                if (record_parse_pair(&p, "before", RECORD_PAGES_MAX, &node.before) < 0 ||
                    record_parse_pair(&p, "target", RECORD_PAGES_MAX, &node.target) < 0 ||
                    parse_optional(&p, "surplus", RECORD_PAGES_MAX, &node.surplus) < 0 || *p)
                        return -EBADMSG;
        }

        node.node = (unsigned) number;
        *ret = node;
        return 0;
}

struct page_size ledger_reservation_text_size(const char *text, enum page_type type)
{
        const char *line = strstr(text, "\nsize=");
        struct page_size size;
        char value[16];

        if (line && sscanf(line, "\nsize=%15[0-9KMG]", value) == 1 &&
            page_size_parse(value, &size) >= 0)
                return size;

        return page_size_default(type);
}

static int parse_line(char *line, void *record)
{
        struct ledger_reservation *reservation = record;
        struct ledger_node node, *bigger;
        const char *value;
        int r;

        value = record_value(line, "release");
        if (value)
                return record_parse_bool(value, &reservation->release);
        value = record_value(line, "take-less");
        if (value)
                return record_parse_bool(value, &reservation->take_less);

        value = record_value(line, "size");
        if (value)
                return page_size_parse(value, &reservation->size) < 0 ? -EBADMSG : 0;

        r = parse_node(line, &node);
        if (r < 0)
                return r;
        if (reservation->n_nodes > 0 &&
            reservation->nodes[reservation->n_nodes - 1].node >= node.node)
                return -EBADMSG;

        bigger = reallocarray(reservation->nodes, reservation->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return -ENOMEM;
        reservation->nodes = bigger;
        reservation->nodes[reservation->n_nodes++] = node;
        return 0;
}

int ledger_parse_reservation(char *text, const char *name, const char *boot, const char *domain,
                             enum page_type type, struct ledger_reservation *ret)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {
                .domain = strdup(domain),
                .type = type,
                .size = page_size_default(type),
                .release = true,
        };
        int r;

        if (!reservation.domain)
                return log_oom();
        r = record_parse_of_boot(text, name, boot, parse_line, &reservation);
        if (r < 0)
                return r;

        *ret = reservation;
        reservation = (struct ledger_reservation){};
        return 0;
}

void ledger_write_reservation(FILE *f, const void *record)
{
        const struct ledger_reservation *reservation = record;

        if (!page_size_equal(reservation->size, page_size_default(reservation->type)))
                fprintf(f, "size=%s\n", page_size_text(reservation->size));
        fprintf(f, "release=%s\n", reservation->release ? "yes" : "no");
        if (reservation->take_less)
                fputs("take-less=yes\n", f);
        for (size_t i = 0; i < reservation->n_nodes; i++) {
                const struct ledger_node *node = &reservation->nodes[i];

                fprintf(f, "node=%u asked=%" PRIu64 " adopted=%" PRIu64 " added=%" PRIu64,
                        node->node, node->asked, node->adopted, node->added);
                write_optional(f, "converted", node->converted);
                if (node->pending) {
                        fprintf(f, " before=%" PRIu64 " target=%" PRIu64, node->before,
                                node->target);
                        write_optional(f, "surplus", node->surplus);
                }
                fputc('\n', f);
        }
}
