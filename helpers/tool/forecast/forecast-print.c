/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pages of a forecast, for people and for programs. */

#include <inttypes.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/forecast/forecast.h"
#include "helpers/tool/terminal/json-writer.h"
#include "helpers/tool/terminal/table.h"
#include "helpers/tool/terminal/text.h"

enum {
        COLUMN_DOMAIN,
        COLUMN_TYPE,
        COLUMN_NODE,
        COLUMN_ASKED,
        COLUMN_HAS,
        COLUMN_ADOPT,
        COLUMN_ADD,
        COLUMN_GIVE_BACK,
        COLUMN_FITS,
        COLUMN_LEFT,
        COLUMN_HEADROOM,
        COLUMN_SHORT,
        N_COLUMNS,
};

static const struct table_column columns[N_COLUMNS] = {
        [COLUMN_DOMAIN] = { "DOMAIN", .wrap = 12 },
        [COLUMN_TYPE] = { "TYPE" },
        [COLUMN_NODE] = { "NODE", .right = true },
        [COLUMN_ASKED] = { "ASKED", .right = true },
        [COLUMN_HAS] = { "HAS", .right = true },
        [COLUMN_ADOPT] = { "ADOPT", .right = true },
        [COLUMN_ADD] = { "ADD", .right = true },
        [COLUMN_GIVE_BACK] = { "GIVE BACK", .right = true },
        [COLUMN_FITS] = { "FITS", .right = true },
        [COLUMN_LEFT] = { "LEFT", .right = true, .drop = 1 },
        [COLUMN_HEADROOM] = { "HEADROOM", .right = true, .drop = 2 },
        [COLUMN_SHORT] = { "SHORT", .right = true },
};

struct line {
        const struct forecast_domain *domain;
        const struct forecast_node *node;
        enum page_type type;
};

struct lines {
        struct line *items;
        size_t n, room;
};

/* Bytes that can still be taken when the domain has its pages. */
static uint64_t bytes_left(const struct forecast_node *node, struct page_size size)
{
        uint64_t taken = (node->plan.add - node->missing) * size.bytes;

        return node->available > taken ? node->available - taken : 0;
}

/* "huge", or "huge 32M". */
static int fill_type(struct table_cell *cell, const struct domain *domain, enum page_type type)
{
        struct page_size size = domain_page_size(domain, type);

        if (page_size_equal(size, page_size_default(type)))
                return cell_text(cell, page_type_name(type));
        return cell_printf(cell, "%s %s", page_type_name(type), page_size_text(size));
}

static int fill_line(void *userdata, size_t at, struct table_cell *cells)
{
        const struct lines *lines = userdata;
        const struct line *line = lines->items + at;
        const struct allocation_node *plan = &line->node->plan;

        cell_number(cells + COLUMN_NODE, plan->line.node);
        cell_number(cells + COLUMN_ASKED, plan->line.asked);
        cell_number(cells + COLUMN_HAS, holdings_held(&plan->line));
        cell_number(cells + COLUMN_ADOPT, plan->adopt);
        cell_number(cells + COLUMN_ADD, plan->add);
        cell_number(cells + COLUMN_GIVE_BACK, plan->give_back);
        cell_number(cells + COLUMN_FITS, line->node->fits);
        cell_bytes(cells + COLUMN_LEFT,
                   bytes_left(line->node, domain_page_size(line->domain->domain, line->type)));
        cell_bytes(cells + COLUMN_HEADROOM, line->node->headroom);
        if (line->node->missing > 0)
                cell_number(cells + COLUMN_SHORT, line->node->missing);

        if (plan->adopt > 0)
                cells[COLUMN_ADOPT].colour = COLOUR_GREEN;
        if (plan->add > 0)
                cells[COLUMN_ADD].colour = COLOUR_GREEN;
        if (plan->give_back > 0)
                cells[COLUMN_GIVE_BACK].colour = COLOUR_YELLOW;
        cells[COLUMN_SHORT].colour = COLOUR_RED;
        return cell_text(cells + COLUMN_DOMAIN, line->domain->domain->name) < 0
                       ? -ENOMEM
                       : fill_type(cells + COLUMN_TYPE, line->domain->domain, line->type);
}

static int collect_lines(const struct forecast *forecast, struct lines *lines)
{
        for (enum page_type type = N_PAGE_TYPES; type-- > 0;)
                for (size_t i = 0; i < forecast->n; i++) {
                        const struct forecast_domain *domain = forecast->domains + i;

                        for (size_t n = 0; n < domain->type[type].n_nodes; n++) {
                                if (grow_array(&lines->items, lines->n, &lines->room) < 0)
                                        return -ENOMEM;
                                lines->items[lines->n++] = (struct line){
                                        .domain = domain,
                                        .node = domain->type[type].nodes + n,
                                        .type = type,
                                };
                        }
                }
        return 0;
}

static int print_shortage(const struct line *line, const struct terminal *terminal)
{
        _cleanup_free_ char *available = text_bytes(line->node->available),
                            *headroom = text_bytes(line->node->headroom),
                            *name = text_escape(line->domain->domain->name), *text = NULL;
        bool fail = line->domain->domain->policy.shortage == SHORTAGE_FAIL;
        const struct allocation_node *plan = &line->node->plan;

        if (asprintf(&text,
                     "%s: node %u: %" PRIu64 " %s pages asked, %" PRIu64
                     " would fit: %s are available there, and Headroom= keeps %s. %s",
                     name ?: "?", plan->line.node, plan->line.asked,
                     page_size_name(domain_page_size(line->domain->domain, line->type)),
                     holdings_held(&plan->line) + plan->adopt + line->node->fits, available ?: "?",
                     headroom ?: "?",
                     fail ? "The domain would not come up: ask for less, or free memory."
                          : "It would go on with fewer (Shortage=continue).") < 0)
                return -ENOMEM;

        terminal_print(terminal, 0, fail ? COLOUR_RED : COLOUR_YELLOW, text);
        return 0;
}

int forecast_print_table(const struct forecast *forecast, const struct terminal *terminal)
{
        struct lines lines = {};
        int r;

        r = collect_lines(forecast, &lines);
        if (r >= 0)
                r = table_print(
                        &(struct table){
                                .columns = columns,
                                .n_columns = N_COLUMNS,
                                .n_rows = lines.n,
                                .row = fill_line,
                                .userdata = &lines,
                        },
                        terminal);
        if (r >= 0)
                fputs(lines.n > 0 ? "\n" : "", terminal->out);
        for (size_t i = 0; i < lines.n && r >= 0; i++)
                if (lines.items[i].node->missing > 0)
                        r = print_shortage(lines.items + i, terminal);
        free(lines.items);
        return r;
}

static struct json_object *node_json(const struct forecast_node *node, struct page_size size)
{
        struct json_object *item = json_object_new_object();
        const struct allocation_node *plan = &node->plan;

        json_set(item, "node", json_number(plan->line.node));
        json_set(item, "asked", json_number(plan->line.asked));
        json_set(item, "has", json_number(holdings_held(&plan->line)));
        json_set(item, "lost", json_number(plan->lost));
        json_set(item, "adopt", json_number(plan->adopt));
        json_set(item, "add", json_number(plan->add));
        json_set(item, "give_back", json_number(plan->give_back));
        json_set(item, "fits", json_number(node->fits));
        json_set(item, "short", json_number(node->missing));
        json_set(item, "available", json_number(node->available));
        json_set(item, "headroom", json_number(node->headroom));
        json_set(item, "left", json_number(bytes_left(node, size)));
        return item;
}

struct json_object *forecast_types_json(const struct forecast_domain *entry)
{
        struct json_object *array = json_object_new_array();

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct forecast_type *of = entry->type + type;
                struct page_size size = domain_page_size(entry->domain, type);
                struct json_object *item, *nodes;

                if (!of->wanted)
                        continue;
                item = json_object_new_object();
                nodes = json_object_new_array();
                json_set(item, "type", json_text(page_type_name(type)));
                json_set(item, "page_size", json_number(size.bytes));
                json_set(item, "problem", json_text(of->problem));
                for (size_t i = 0; i < of->n_nodes; i++)
                        json_object_array_add(nodes, node_json(of->nodes + i, size));
                json_set(item, "nodes", nodes);
                json_object_array_add(array, item);
        }
        return array;
}
