/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer as JSON, as schema/query.schema.json describes it. */

#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/query/query.h"
#include "helpers/tool/terminal/json-writer.h"
#include "helpers/tool/terminal/text.h"

#define SCHEMA_VERSION 1

/* Out of memory shows as a missing member, never as a wrong one; and json_writer_finish() says so
 * where the whole of an element is missing. */
static void add(struct json_object *object, const char *key, struct json_object *value)
{
        (void) json_add(object, key, value);
}

static struct json_object *nodes_json(const struct node_pages_list *nodes)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < nodes->n; i++) {
                struct json_object *item = json_object_new_object();

                add(item, "node", json_number(nodes->items[i].node));
                add(item, "pages", json_number(nodes->items[i].pages));
                json_object_array_add(array, item);
        }
        return array;
}

static void put_nodes(struct json_writer *w, const struct query *query)
{
        json_writer_open(w, "nodes", '[');
        for (size_t i = 0; i < query->n_nodes; i++) {
                const struct query_node *node = query->nodes + i;
                struct json_object *item = json_object_new_object(),
                                   *memory = json_object_new_object();

                add(item, "node", json_number(node->node));
                add(item, "cpus", json_number(node->cpus));
                add(memory, "total", json_number(node->memory.total));
                add(memory, "free", json_number(node->memory.free));
                add(memory, "file_clean", json_number(node->memory.file_clean));
                add(memory, "slab_reclaimable", json_number(node->memory.slab_reclaimable));
                add(memory, "dirty", json_number(node->memory.dirty));
                add(memory, "watermark", json_number(node->memory.watermark));
                add(item, "memory", memory);
                json_writer_put(w, NULL, item);
        }
        json_writer_close(w, ']');
}

static struct json_object *claims_json(const struct query_type *of, unsigned node)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < of->n_reservations; i++) {
                const struct ledger_reservation *reservation = of->reservations + i;
                const struct ledger_node *line = holdings_node(reservation, node);
                struct json_object *item;

                if (!line)
                        continue;
                item = json_object_new_object();
                add(item, "domain", json_text(reservation->domain));
                add(item, "asked", json_number(line->asked));
                add(item, "got", json_number(holdings_held(line)));
                add(item, "added", json_number(line->added));
                add(item, "adopted", json_number(line->adopted));
                add(item, "pending", json_object_new_boolean(line->pending));
                add(item, "release", json_object_new_boolean(reservation->release));
                json_object_array_add(array, item);
        }
        return array;
}

static void put_type(struct json_writer *w, const struct query *query, enum page_type type)
{
        const struct query_type *of = query->type + type;

        json_writer_open(w, NULL, '{');
        json_writer_put(w, "type", json_text(page_type_name(type)));
        json_writer_put(w, "page_size", json_number(page_type_size(type)));
        json_writer_put(w, "supported", json_object_new_boolean(of->supported));
        json_writer_put(w, "reserved", json_number(of->reserved));
        json_writer_put(w, "unseen", json_number(of->unseen));
        json_writer_put(w, "claimed", json_number(query_claimed(query, type)));
        json_writer_put(w, "unclaimed", json_number(query_unclaimed(query, type)));
        json_writer_open(w, "pools", '[');
        for (size_t i = 0; i < of->n_pools; i++) {
                const struct query_pool *pool = of->pools + i;
                struct json_object *item = json_object_new_object();

                add(item, "node", json_number(pool->node));
                add(item, "total", json_number(pool->counts.total));
                add(item, "free", json_number(pool->counts.free));
                add(item, "surplus", json_number(pool->counts.surplus));
                add(item, "persistent", json_number(pool_persistent(&pool->counts)));
                add(item, "others", json_number(pool->others));
                add(item, "domains", claims_json(of, pool->node));
                json_writer_put(w, NULL, item);
        }
        json_writer_close(w, ']');
        json_writer_close(w, '}');
}

static void add_process(struct json_object *item, const struct memory_process *process)
{
        add(item, "pid", json_number((uint64_t) process->pid));
        add(item, "uid", json_number(process->uid));
        add(item, "user", json_text(text_user(process->uid)));
        add(item, "command", json_text(process->command));
}

static struct json_object *holder_json(const struct query *query, const struct holding *holding)
{
        static const struct {
                unsigned use;
                const char *name;
        } uses[] = {
                { HOLDER_OPEN, "open" },
                { HOLDER_MAPPED, "mapped" },
                { HOLDER_CWD, "cwd" },
                { HOLDER_ROOT, "root" },
        };
        struct json_object *item = json_object_new_object(), *array = json_object_new_array();

        add_process(item, query->users.processes + holding->process);
        for (size_t i = 0; i < ELEMENTSOF(uses); i++)
                if (holding->use & uses[i].use)
                        json_object_array_add(array, json_object_new_string(uses[i].name));
        add(item, "use", array);
        return item;
}

static struct json_object *holders_json(const struct query *query, uint32_t first)
{
        struct json_object *array = json_object_new_array();

        for (uint32_t i = first; i != REGION_NONE; i = query->regions.holdings[i].next)
                json_object_array_add(array, holder_json(query, query->regions.holdings + i));
        return array;
}

/* A name that is no UTF-8 comes a second time, as its bytes. */
static void add_name(struct json_object *item, const char *name)
{
        _cleanup_free_ char *text = text_to_utf8(name), *hex = NULL;

        add(item, "name", json_text(name));
        if (text && strcmp(text, name) == 0)
                return;

        hex = calloc(2 * strlen(name) + 1, 1);
        for (size_t i = 0; hex && name[i]; i++)
                sprintf(hex + 2 * i, "%02x", (unsigned char) name[i]);
        add(item, "name_hex", json_text(hex));
}

static void put_region(struct json_writer *w, const struct query *query,
                       const struct region *region, enum page_type type)
{
        struct json_object *item = json_object_new_object();
        char mode[8];

        snprintf(mode, sizeof(mode), "%04o", (unsigned) region->mode);
        add_name(item, region->name);
        add(item, "type", json_text(page_type_name(type)));
        add(item, "deleted", json_object_new_boolean(region->deleted));
        add(item, "size", json_number(region->size));
        add(item, "allocated", json_number(region->allocated));
        add(item, "uid", json_number(region->uid));
        add(item, "user", json_text(text_user(region->uid)));
        add(item, "gid", json_number(region->gid));
        add(item, "group", json_text(text_group(region->gid)));
        add(item, "mode", json_text(mode));
        add(item, "made", json_object_new_int64(region->made));
        add(item, "nodes", nodes_json(&region->nodes));
        add(item, "holders", holders_json(query, region->first_holding));
        json_writer_put(w, NULL, item);
}

static void put_regions(struct json_writer *w, const struct query *query,
                        const struct query_domain *domain)
{
        const struct regions *regions = &query->regions;

        json_writer_open(w, "regions", '[');
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct query_mount *mount = domain->mount + type;
                size_t first, n;

                if (!mount->listed)
                        continue;
                n = regions_of_mount(regions, mount->mount, &first);
                for (size_t i = 0; i < n; i++)
                        put_region(w, query, regions->items + first + i, type);
                for (size_t i = regions->n_named; i < regions->n; i++)
                        if (regions->items[i].mount == mount->mount)
                                put_region(w, query, regions->items + i, type);
        }
        json_writer_close(w, ']');
}

static struct json_object *number_or_null(bool known, uint64_t number)
{
        return known ? json_number(number) : NULL;
}

static void put_mount(struct json_writer *w, const struct query *query,
                      const struct query_mount *mount, enum page_type type)
{
        struct json_object *item = json_object_new_object(), *holders = json_object_new_array();

        add(item, "type", json_text(page_type_name(type)));
        add(item, "path", json_text(mount->path));
        add(item, "mounted", json_object_new_boolean(mount->mounted));
        add(item, "options", json_text(mount->options));
        add(item, "claimed", number_or_null(mount->has_claim, mount->claimed));
        add(item, "limit", number_or_null(mount->has_limit, mount->limit));
        add(item, "used", number_or_null(mount->listed, mount->used));
        for (size_t i = 0; i < query->regions.n_directories; i++)
                if (mount->listed && query->regions.directories[i].region == mount->mount)
                        json_object_array_add(holders,
                                              holder_json(query, query->regions.directories + i));
        add(item, "holders", holders);
        json_writer_put(w, NULL, item);
}

static struct json_object *taker_json(const struct drift_taker *taker)
{
        struct json_object *item = json_object_new_object();

        add(item, "pid", json_number((uint64_t) taker->pid));
        add(item, "uid", json_number(taker->uid));
        add(item, "user", json_text(text_user(taker->uid)));
        add(item, "command", json_text(taker->command));
        add(item, "pages", json_number(taker->pages));
        return item;
}

static struct json_object *drift_json(const struct drift *drift)
{
        bool counted = drift->kind == DRIFT_POOL || drift->kind == DRIFT_CLAIM ||
                       drift->kind == DRIFT_CLAIM_SIZE;
        struct json_object *item = json_object_new_object(), *takers = json_object_new_array();

        add(item, "kind", json_text(drift_kind_name(drift->kind)));
        add(item, "type", drift->has_type ? json_text(page_type_name(drift->type)) : NULL);
        add(item, "node", number_or_null(drift->has_node, drift->node));
        add(item, "recorded", number_or_null(counted, drift->recorded));
        add(item, "there", number_or_null(counted, drift->there));
        add(item, "text", json_text(drift->text));
        for (size_t i = 0; i < drift->n_takers; i++)
                json_object_array_add(takers, taker_json(drift->takers + i));
        add(item, "taken_by", takers);
        return item;
}

static void put_damage(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain)
{
        json_writer_open(w, "damage", '[');
        for (size_t i = 0; i < query->drift.n; i++)
                if (domain->state == DOMAIN_DAMAGED &&
                    strcmp(query->drift.items[i].domain, domain->name) == 0)
                        json_writer_put(w, NULL, drift_json(query->drift.items + i));
        json_writer_close(w, ']');
}

static void put_domain(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain)
{
        const char *user = domain->has_directory ? text_user(domain->uid) : NULL,
                   *group = domain->has_directory ? text_group(domain->gid) : NULL;
        char mode[8];

        snprintf(mode, sizeof(mode), "%04o", (unsigned) domain->mode);
        json_writer_open(w, NULL, '{');
        json_writer_put(w, "name", json_text(domain->name));
        json_writer_put(w, "path", json_text(domain->path));
        json_writer_put(w, "state", json_text(query_state_name(domain->state)));
        json_writer_put(w, "declared", json_object_new_boolean(domain->declared));
        json_writer_put(w, "error", json_text(domain->error));
        json_writer_put(w, "failure", json_text(domain->failure));
        put_damage(w, query, domain);
        json_writer_put(w, "foreign_regions", json_number(domain->n_foreign));
        json_writer_put(w, "uid", number_or_null(domain->has_directory, domain->uid));
        json_writer_put(w, "user", json_text(user));
        json_writer_put(w, "gid", number_or_null(domain->has_directory, domain->gid));
        json_writer_put(w, "group", json_text(group));
        json_writer_put(w, "mode", json_text(domain->has_directory ? mode : NULL));
        json_writer_open(w, "mounts", '[');
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type].path)
                        put_mount(w, query, domain->mount + type, type);
        json_writer_close(w, ']');
        put_regions(w, query, domain);
        json_writer_close(w, '}');
}

static void put_use(struct json_writer *w, const struct query *query, const struct memory_use *use)
{
        struct json_object *item = json_object_new_object();

        add_process(item, query->users.processes + use->process);
        add(item, "kind", json_text(memory_kind_name(use->kind)));
        if (use->name)
                add_name(item, use->name);
        if (use->kind == MEMORY_SYSV)
                add(item, "shmid", json_number(use->inode));
        if (use->kind == MEMORY_FILE)
                add(item, "files", json_number(use->n_files));
        add(item, "page_size", number_or_null(use->page_size > 0, use->page_size));
        add(item, "mapped", json_number(use->mapped));
        add(item, "allocated", json_number(use->allocated));
        add(item, "nodes", nodes_json(&use->nodes));
        json_writer_put(w, NULL, item);
}

int query_print_json(const struct query *query, FILE *out)
{
        struct json_writer w = { .out = out };

        json_writer_open(&w, NULL, '{');
        json_writer_put(&w, "format", json_text("fd-shmem query"));
        json_writer_put(&w, "version", json_number(SCHEMA_VERSION));
        json_writer_put(&w, "program", json_text(VERSION));
        json_writer_put(&w, "time", json_object_new_int64(query->now));
        json_writer_put(&w, "kernel", json_text(query->kernel));
        json_writer_put(&w, "architecture", json_text(query->machine));
        json_writer_put(&w, "privileged", json_object_new_boolean(query->privileged));
        json_writer_put(&w, "switched_off", json_text(query->switched_off));
        put_nodes(&w, query);
        json_writer_open(&w, "page_types", '[');
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (page_type_has_pool(type))
                        put_type(&w, query, type);
        json_writer_close(&w, ']');
        json_writer_open(&w, "domains", '[');
        for (size_t i = 0; i < query->n_domains; i++)
                put_domain(&w, query, query->domains + i);
        json_writer_close(&w, ']');
        json_writer_open(&w, "other_users", '[');
        for (size_t i = 0; i < query->users.n_uses; i++)
                put_use(&w, query, query->users.uses + i);
        json_writer_close(&w, ']');
        json_writer_open(&w, "missing", '[');
        for (size_t i = 0; i < query->n_missing; i++)
                json_writer_put(&w, NULL, json_text(query->missing[i]));
        json_writer_close(&w, ']');
        json_writer_close(&w, '}');
        return json_writer_finish(&w);
}
