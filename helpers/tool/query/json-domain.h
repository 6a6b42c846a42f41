/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain as JSON, and the members that its regions share with other users of huge pages. Without
 * memory a member is missing, but never wrong. */

#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/terminal/json-writer.h"

void query_json_domain(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain);

/* An array of { node, pages }. */
struct json_object *query_json_nodes(const struct node_pages_list *nodes);

/* The number, or null. */
struct json_object *query_json_known(bool known, uint64_t number);

/* Adds pid, uid, user, command. */
void query_json_process(struct json_object *item, const struct memory_process *process);

/* Adds the name, and, if it is not valid UTF-8, its bytes. */
void query_json_name(struct json_object *item, const char *name);
