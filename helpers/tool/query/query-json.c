/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer as JSON, as schema/query.schema.json describes it. */

#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/inventory/devices-json.h"
#include "helpers/tool/query/json-domain.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/terminal/text.h"

#define SCHEMA_VERSION 1

static void put_nodes(struct json_writer *w, const struct query *query)
{
        json_writer_open(w, "nodes", '[');
        for (size_t i = 0; i < query->n_nodes; i++) {
                const struct query_node *node = query->nodes + i;
                struct json_object *item = json_object_new_object(),
                                   *memory = json_object_new_object();

                json_set(item, "node", json_number(node->node));
                json_set(item, "cpus", json_number(node->cpus));
                json_set(memory, "total", json_number(node->memory.total));
                json_set(memory, "free", json_number(node->memory.free));
                json_set(memory, "file_clean", json_number(node->memory.file_clean));
                json_set(memory, "slab_reclaimable", json_number(node->memory.slab_reclaimable));
                json_set(memory, "dirty", json_number(node->memory.dirty));
                json_set(memory, "watermark", json_number(node->memory.watermark));
                json_set(item, "memory", memory);
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
                json_set(item, "domain", json_text(reservation->domain));
                json_set(item, "asked", json_number(line->asked));
                json_set(item, "got", json_number(holdings_held(line)));
                json_set(item, "added", json_number(line->added));
                json_set(item, "adopted", json_number(line->adopted));
                json_set(item, "pending", json_object_new_boolean(line->pending));
                json_set(item, "release", json_object_new_boolean(reservation->release));
                json_object_array_add(array, item);
        }
        return array;
}

static void put_type(struct json_writer *w, const struct query *query, unsigned slot)
{
        struct page_size size = pool_slot_size(&query->slots, slot);
        const struct query_type *of = query->type + slot;

        json_writer_open(w, NULL, '{');
        json_writer_put(w, "type", json_text(page_size_name(size)));
        json_writer_put(w, "page_size", json_number(size.bytes));
        json_writer_put(w, "supported", json_object_new_boolean(of->supported));
        json_writer_put(w, "reserved", json_number(of->reserved));
        json_writer_put(w, "unseen", json_number(of->unseen));
        json_writer_put(w, "claimed", json_number(query_claimed(query, slot)));
        json_writer_put(w, "unclaimed", json_number(query_unclaimed(query, slot)));
        json_writer_open(w, "pools", '[');
        for (size_t i = 0; i < of->n_pools; i++) {
                const struct query_pool *pool = of->pools + i;
                struct json_object *item = json_object_new_object();

                json_set(item, "node", json_number(pool->node));
                json_set(item, "total", json_number(pool->counts.total));
                json_set(item, "free", json_number(pool->counts.free));
                json_set(item, "surplus", json_number(pool->counts.surplus));
                json_set(item, "persistent", json_number(pool_persistent(&pool->counts)));
                json_set(item, "others", json_number(pool->others));
                json_set(item, "domains", claims_json(of, pool->node));
                json_writer_put(w, NULL, item);
        }
        json_writer_close(w, ']');
        json_writer_close(w, '}');
}

static void put_use(struct json_writer *w, const struct query *query, const struct memory_use *use)
{
        struct json_object *item = json_object_new_object();

        query_json_process(item, query->users.processes + use->process);
        json_set(item, "kind", json_text(memory_kind_name(use->kind)));
        if (use->name)
                query_json_name(item, use->name);
        if (use->kind == MEMORY_SYSV)
                json_set(item, "shmid", json_number(use->inode));
        if (use->kind == MEMORY_FILE)
                json_set(item, "files", json_number(use->n_files));
        json_set(item, "page_size", query_json_known(use->page_size > 0, use->page_size));
        json_set(item, "mapped", json_number(use->mapped));
        json_set(item, "allocated", json_number(use->allocated));
        json_set(item, "nodes", query_json_nodes(&use->nodes));
        json_writer_put(w, NULL, item);
}

static void put_settings(struct json_writer *w, const struct query *query)
{
        const struct page_settings *settings = &query->settings;

        json_writer_open(w, "settings", '{');
        for (unsigned i = 0; i < N_PAGE_SETTINGS; i++)
                json_writer_put(w, page_setting_name(i),
                                query_json_known(settings->known[i], settings->value[i]));
        json_writer_close(w, '}');
        json_writer_open(w, "hints", '[');
        for (char **hint = query->hints; hint && *hint; hint++)
                json_writer_put(w, NULL, json_text(*hint));
        json_writer_close(w, ']');
}

int query_print_json(const struct query *query, enum json_mode mode, FILE *out)
{
        struct json_writer w = { .out = out, .mode = mode };

        json_writer_open(&w, NULL, '{');
        json_writer_put(&w, "format", json_text("fd-shmem query"));
        json_writer_put(&w, "version", json_number(SCHEMA_VERSION));
        json_writer_put(&w, "program", json_text(VERSION));
        json_writer_put(&w, "time", json_object_new_int64(query->now));
        json_writer_put(&w, "kernel", json_text(query->kernel));
        json_writer_put(&w, "architecture", json_text(query->machine));
        json_writer_put(&w, "host", json_text(query->host));
        json_writer_put(&w, "cpus", query_json_known(query->cpus > 0, query->cpus));
        json_writer_put(&w, "privileged", json_object_new_boolean(query->privileged));
        json_writer_put(&w, "switched_off", json_text(query->switched_off));
        put_nodes(&w, query);
        devices_json_write(&w, "devices", &query->devices);
        put_settings(&w, query);
        json_writer_open(&w, "page_types", '[');
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++)
                put_type(&w, query, slot);
        json_writer_close(&w, ']');
        json_writer_open(&w, "domains", '[');
        for (size_t i = 0; i < query->n_domains; i++)
                query_json_domain(&w, query, query->domains + i);
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
