/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/recipe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/size.h"
#include "basic/string-list.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/tool/terminal/json-writer.h"

/* The nodes of this machine, and which of them have pages that a unit gets. */
struct node_set {
        unsigned *nodes;
        bool *used;
        size_t n;
};

static void node_set_done(struct node_set *set)
{
        free(set->nodes);
        free(set->used);
}

/* The section for execution settings (systemd.exec(5)), or NULL. */
static const char *section_of(const char *unit)
{
        static const struct {
                const char *suffix, *section;
        } sections[] = {
                { ".service", "Service" },
                { ".socket", "Socket" },
                { ".mount", "Mount" },
                { ".swap", "Swap" },
        };
        const char *suffix = strrchr(unit, '.');

        for (size_t i = 0; i < ELEMENTSOF(sections); i++)
                if (suffix && strcmp(suffix, sections[i].suffix) == 0)
                        return sections[i].section;
        return NULL;
}

static void use_node(struct node_set *set, unsigned node)
{
        for (size_t i = 0; i < set->n; i++)
                if (set->nodes[i] == node)
                        set->used[i] = true;
}

/* Adds the pages that the domain asks for. */
static void add_pages(const struct forecast_domain *entry, struct node_set *set, uint64_t *bytes)
{
        for_each_pool_type(type)
                for (size_t i = 0; i < entry->type[type].n_nodes; i++) {
                        const struct ledger_node *line = &entry->type[type].nodes[i].plan.line;

                        if (line->asked == 0)
                                continue;
                        use_node(set, line->node);
                        *bytes += line->asked * domain_page_size(entry->domain, type).bytes;
                }
}

/* "0,2", or NULL if these are all nodes. */
static int format_nodes(const struct node_set *set, char **ret)
{
        _cleanup_free_ char *text = calloc(set->n + 1, 3 * sizeof(unsigned) + 1);
        size_t n = 0;
        char *t = text;

        if (!text)
                return -ENOMEM;
        for (size_t i = 0; i < set->n; i++)
                if (set->used[i]) {
                        t += sprintf(t, "%s%u", n > 0 ? "," : "", set->nodes[i]);
                        n++;
                }
        *ret = n > 0 && n < set->n ? TAKE_PTR(text) : NULL;
        return 0;
}

static bool is_listed(const struct recipes *recipes, const char *unit)
{
        for (size_t i = 0; i < recipes->n; i++)
                if (strcmp(recipes->items[i].unit, unit) == 0)
                        return true;
        return false;
}

static int add_recipe(const struct forecast *forecast, const char *unit, struct node_set *set,
                      struct recipes *recipes)
{
        struct recipe recipe = { .unit = unit, .section = section_of(unit) }, *items;
        int r;

        if (!recipe.section || is_listed(recipes, unit))
                return 0;
        for (size_t i = 0; i < set->n; i++)
                set->used[i] = false;
        for (size_t i = 0; i < forecast->n; i++)
                if (string_list_contains(forecast->domains[i].domain->required_by, unit))
                        add_pages(forecast->domains + i, set, &recipe.bytes);
        if (recipe.bytes == 0)
                return 0;

        items = reallocarray(recipes->items, recipes->n + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        recipes->items = items;
        r = format_nodes(set, &recipe.nodes);
        if (r >= 0)
                items[recipes->n++] = recipe;
        return r;
}

int recipes_make(int sysfs, const struct forecast *forecast, struct recipes *ret)
{
        _cleanup_(node_set_done) struct node_set set = {};
        struct recipes recipes = {};
        int r = numa_nodes(sysfs, &set.nodes, &set.n);

        set.used = r == -ENOMEM ? NULL : calloc(set.n + 1, sizeof(*set.used));
        r = set.used ? 0 : -ENOMEM;
        for (size_t i = 0; i < forecast->n && r >= 0; i++) {
                char *const *unit = forecast->domains[i].domain->required_by;

                for (; unit && *unit && r >= 0; unit++)
                        r = add_recipe(forecast, *unit, &set, &recipes);
        }
        if (r < 0)
                recipes_done(&recipes);
        else
                *ret = recipes;
        return r;
}

/* "16G", "20M", "64K": LimitMEMLOCK= knows these units. */
static void format_size(uint64_t bytes, char *buffer, size_t size)
{
        uint64_t unit = bytes % GIB == 0 ? GIB : bytes % MIB == 0 ? MIB : KIB;

        snprintf(buffer, size, "%" PRIu64 "%c", bytes / unit,
                 unit == GIB   ? 'G'
                 : unit == MIB ? 'M'
                               : 'K');
}

void recipes_print(const struct recipes *recipes, FILE *out)
{
        for (size_t i = 0; i < recipes->n; i++) {
                const struct recipe *recipe = recipes->items + i;
                char size[32];

                format_size(recipe->bytes, size, sizeof(size));
                fprintf(out, "\n# \"systemctl edit %s\", if it is to have these lines:\n[%s]\n",
                        recipe->unit, recipe->section);
                if (recipe->nodes)
                        fprintf(out,
                                "# Not only its huge pages: all of its memory comes from these "
                                "nodes.\nNUMAPolicy=bind\nNUMAMask=%s\n",
                                recipe->nodes);
                fprintf(out,
                        "# For a program that locks them (mlock), or attaches them with shmget.\n"
                        "LimitMEMLOCK=%s\n",
                        size);
        }
}

struct json_object *recipes_json(const struct recipes *recipes)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < recipes->n; i++) {
                const struct recipe *recipe = recipes->items + i;
                struct json_object *item = json_object_new_object();

                json_set(item, "unit", json_text(recipe->unit));
                json_set(item, "section", json_text(recipe->section));
                json_set(item, "numa_mask", json_text(recipe->nodes));
                json_set(item, "limit_memlock", json_number(recipe->bytes));
                json_object_array_add(array, item);
        }
        return array;
}

void recipes_done(struct recipes *recipes)
{
        for (size_t i = 0; i < recipes->n; i++)
                free(recipes->items[i].nodes);
        free(recipes->items);
        *recipes = (struct recipes){};
}
