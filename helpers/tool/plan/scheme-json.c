/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The machine compared with the configuration, for programs: schema/plan.schema.json. */

#include <string.h>

#include "helpers/tool/plan/scheme.h"
#include "helpers/tool/terminal/json-writer.h"

#define SCHEMA_VERSION 1

static struct json_object *differences_json(const struct differences *differences)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < differences->n; i++) {
                const struct difference *difference = differences->items + i;
                struct json_object *item = json_object_new_object();

                json_set(item, "key", json_text(difference->key));
                json_set(item, "now", json_text(difference->now));
                json_set(item, "then", json_text(difference->then));
                json_set(item, "verb", json_text(remedy_verb(difference->remedy)));
                json_set(item, "in_place",
                         json_object_new_boolean(difference->remedy < REMEDY_START));
                json_set(item, "change", json_text(difference_change(difference)));
                json_object_array_add(array, item);
        }
        return array;
}

static struct json_object *list_json(char *const *list)
{
        struct json_object *array = json_object_new_array();

        for (; list && *list; list++)
                json_object_array_add(array, json_text(*list));
        return array;
}

static struct json_object *damage_json(const struct drift_list *damage, const char *name)
{
        struct json_object *array = json_object_new_array();

        for (size_t i = 0; i < damage->n; i++)
                if (strcmp(damage->items[i].domain, name) == 0)
                        json_object_array_add(array, json_text(damage->items[i].text));
        return array;
}

static struct json_object *domain_json(const struct scheme *scheme,
                                       const struct scheme_domain *entry)
{
        const struct domain *declared = entry->declared;
        struct json_object *item = json_object_new_object();
        const char *path = declared ? declared->path : entry->live->path;
        bool up = entry->live && !entry->live->unfinished;

        json_set(item, "name", json_text(entry->name));
        json_set(item, "path", json_text(path[0] ? path : NULL));
        json_set(item, "declared", json_object_new_boolean(declared != NULL));
        json_set(item, "up", json_object_new_boolean(up));
        json_set(item, "changes", json_object_new_boolean(entry->remedy != REMEDY_NONE));
        json_set(item, "fails", json_object_new_boolean(entry->fails));
        json_set(item, "verb",
                 entry->remedy == REMEDY_NONE ? NULL : json_text(remedy_verb(entry->remedy)));
        json_set(item, "error", json_text(declared ? declared->error : NULL));
        json_set(item, "problem", json_text(entry->problem));
        json_set(item, "unmet", json_text(entry->unmet));
        json_set(item, "last_failure", json_text(entry->last_failure));
        json_set(item, "renamed_from", json_text(entry->predecessor));
        json_set(item, "shortage",
                 declared ? json_text(declared->policy.shortage == SHORTAGE_FAIL ? "fail"
                                                                                 : "continue")
                          : NULL);
        json_set(item, "differences", differences_json(&entry->differences));
        json_set(item, "damage", damage_json(&scheme->damage, entry->name));
        json_set(item, "required_by", list_json(declared ? declared->required_by : NULL));
        json_set(item, "consumers", list_json(entry->impact.consumers));
        json_set(item, "holders", list_json(entry->impact.holders));
        json_set(item, "page_types",
                 entry->forecast ? forecast_types_json(entry->forecast) : json_object_new_array());
        return item;
}

int scheme_print_json(const struct scheme *scheme, enum json_mode mode, FILE *out)
{
        struct json_writer w = { .out = out, .mode = mode };

        json_writer_open(&w, NULL, '{');
        json_writer_put(&w, "format", json_text("fd-shmem plan"));
        json_writer_put(&w, "version", json_number(SCHEMA_VERSION));
        json_writer_put(&w, "program", json_text(VERSION));
        json_writer_put(&w, "changes", json_object_new_boolean(scheme->changes));
        json_writer_put(&w, "fails", json_object_new_boolean(scheme->fails));
        json_writer_put(&w, "reload", json_object_new_boolean(scheme->stale != NULL));
        json_writer_put(&w, "switched_off", json_text(scheme->switched_off));
        json_writer_put(&w, "watch", json_text(watch_step_name(scheme->watch)));
        json_writer_put(&w, "recipes", recipes_json(&scheme->recipes));
        json_writer_open(&w, "domains", '[');
        for (size_t i = 0; i < scheme->n; i++)
                json_writer_put(&w, NULL, domain_json(scheme, scheme->domains + i));
        json_writer_close(&w, ']');
        json_writer_close(&w, '}');
        return json_writer_finish(&w);
}
