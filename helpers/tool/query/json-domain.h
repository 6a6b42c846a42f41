/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain as JSON, and what its regions have in common with other users of huge pages. Out of memory
 * shows as a missing member, never as a wrong one. */

#include "helpers/tool/query/query-model.h"
#include "helpers/tool/terminal/json-writer.h"

void query_json_domain(struct json_writer *w, const struct query *query,
                       const struct query_domain *domain);

/* An array of { node, pages }. */
struct json_object *query_json_nodes(const struct node_pages_list *nodes);

/* The number, or null. */
struct json_object *query_json_known(bool known, uint64_t number);

/* Adds pid, uid, user, command. */
void query_json_process(struct json_object *item, const struct memory_process *process);

/* Adds the name, and, if it is no UTF-8, its bytes. */
void query_json_name(struct json_object *item, const char *name);
