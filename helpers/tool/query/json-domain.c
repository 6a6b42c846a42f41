/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The domains of the answer as JSON: mounts, regions with their holders, damage. */

#include "helpers/tool/query/json-domain.h"

#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/tool/terminal/text.h"

struct json_object *query_json_nodes(const struct node_pages_list *nodes)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < nodes->n; i++) {
                struct json_object *item = json_object_new_object();

                json_set(item, "node", json_number(nodes->items[i].node));
                json_set(item, "pages", json_number(nodes->items[i].pages));
                json_object_array_add(array, item);
        }
        return array;
}

void query_json_process(struct json_object *item, const struct memory_process *process)
{
        json_set(item, "pid", json_number((uint64_t) process->pid));
        json_set(item, "uid", json_number(process->uid));
        json_set(item, "user", json_text(text_user(process->uid)));
        json_set(item, "command", json_text(process->command));
}

/* A name that is not valid UTF-8 is also added as bytes. */
void query_json_name(struct json_object *item, const char *name)
{
        _cleanup_free_ char *text = text_to_utf8(name), *hex = NULL;

        json_set(item, "name", json_text(name));
        if (text && strcmp(text, name) == 0)
                return;

        hex = calloc(2 * strlen(name) + 1, 1);
        for (size_t i = 0; hex && name[i]; i++)
                sprintf(hex + 2 * i, "%02x", (unsigned char) name[i]);
        json_set(item, "name_hex", json_text(hex));
}

struct json_object *query_json_known(bool known, uint64_t number)
{
        return known ? json_number(number) : NULL;
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

        query_json_process(item, query->users.processes + holding->process);
        for (size_t i = 0; i < ELEMENTSOF(uses); i++)
                if (holding->use & uses[i].use)
                        json_object_array_add(array, json_object_new_string(uses[i].name));
        json_set(item, "use", array);
        return item;
}

static void put_region(struct json_writer *w, const struct query *query,
                       const struct region *region, enum page_type type)
{
        const struct holding *holdings = query->regions.holdings;
        struct json_object *item = json_object_new_object(), *holders = json_object_new_array();
        char mode[8];

        snprintf(mode, sizeof(mode), "%04o", (unsigned) region->mode);
        query_json_name(item, region->name);
        json_set(item, "type", json_text(page_type_name(type)));
        json_set(item, "deleted", json_object_new_boolean(region->deleted));
        json_set(item, "size", json_number(region->size));
        json_set(item, "allocated", json_number(region->allocated));
        json_set(item, "uid", json_number(region->uid));
        json_set(item, "user", json_text(text_user(region->uid)));
        json_set(item, "gid", json_number(region->gid));
        json_set(item, "group", json_text(text_group(region->gid)));
        json_set(item, "mode", json_text(mode));
        json_set(item, "made", json_object_new_int64(region->made));
        json_set(item, "nodes", query_json_nodes(&region->nodes));
        for (uint32_t i = region->first_holding; i != REGION_NONE; i = holdings[i].next)
                json_object_array_add(holders, holder_json(query, holdings + i));
        json_set(item, "holders", holders);
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

static void put_mount(struct json_writer *w, const struct query *query,
                      const struct query_mount *mount, enum page_type type)
{
        struct json_object *item = json_object_new_object(), *holders = json_object_new_array();

        json_set(item, "type", json_text(page_type_name(type)));
        json_set(item, "path", json_text(mount->path));
        json_set(item, "mounted", json_object_new_boolean(mount->mounted));
        json_set(item, "options", json_text(mount->options));
        json_set(item, "claimed", query_json_known(mount->has_claim, mount->claimed));
        json_set(item, "limit", query_json_known(mount->has_limit, mount->limit));
        json_set(item, "used", query_json_known(mount->listed, mount->used));
        for (size_t i = 0; i < query->regions.n_directories; i++)
                if (mount->listed && query->regions.directories[i].region == mount->mount)
                        json_object_array_add(holders,
                                              holder_json(query, query->regions.directories + i));
        json_set(item, "holders", holders);
        json_writer_put(w, NULL, item);
}

static struct json_object *taker_json(const struct drift_taker *taker)
{
        struct json_object *item = json_object_new_object();

        json_set(item, "pid", json_number((uint64_t) taker->pid));
        json_set(item, "uid", json_number(taker->uid));
        json_set(item, "user", json_text(text_user(taker->uid)));
        json_set(item, "command", json_text(taker->command));
        json_set(item, "pages", json_number(taker->pages));
        return item;
}

static struct json_object *drift_json(const struct drift *drift)
{
        bool counted = drift->kind == DRIFT_POOL || drift->kind == DRIFT_CLAIM ||
                       drift->kind == DRIFT_CLAIM_SIZE;
        struct json_object *item = json_object_new_object(), *takers = json_object_new_array();

        json_set(item, "kind", json_text(drift_kind_name(drift->kind)));
        json_set(item, "type", drift->has_type ? json_text(page_type_name(drift->type)) : NULL);
        json_set(item, "node", query_json_known(drift->has_node, drift->node));
        json_set(item, "recorded", query_json_known(counted, drift->recorded));
        json_set(item, "there", query_json_known(counted, drift->there));
        json_set(item, "text", json_text(drift->text));
        for (size_t i = 0; i < drift->n_takers; i++)
                json_object_array_add(takers, taker_json(drift->takers + i));
        json_set(item, "taken_by", takers);
        return item;
}

static void put_damage(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain)
{
        json_writer_open(w, "damage", '[');
        for (size_t i = 0; i < query->drift.n; i++)
                if (domain->state == STATE_DAMAGED &&
                    strcmp(query->drift.items[i].domain, domain->name) == 0)
                        json_writer_put(w, NULL, drift_json(query->drift.items + i));
        json_writer_close(w, ']');
}

void query_json_domain(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain)
{
        const char *user = domain->has_directory ? text_user(domain->uid) : NULL,
                   *group = domain->has_directory ? text_group(domain->gid) : NULL;
        char mode[8];

        snprintf(mode, sizeof(mode), "%04o", (unsigned) domain->mode);
        json_writer_open(w, NULL, '{');
        json_writer_put(w, "name", json_text(domain->name));
        json_writer_put(w, "path", json_text(domain->path[0] ? domain->path : NULL));
        json_writer_put(w, "state", json_text(query_state_name(domain->state)));
        json_writer_put(w, "declared", json_object_new_boolean(domain->declared));
        json_writer_put(w, "error", json_text(domain->error));
        json_writer_put(w, "unmet", json_text(domain->unmet));
        json_writer_put(w, "failure", json_text(domain->failure));
        put_damage(w, query, domain);
        json_writer_put(w, "foreign_regions", json_number(domain->n_foreign));
        json_writer_put(w, "uid", query_json_known(domain->has_directory, domain->uid));
        json_writer_put(w, "user", json_text(user));
        json_writer_put(w, "gid", query_json_known(domain->has_directory, domain->gid));
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
