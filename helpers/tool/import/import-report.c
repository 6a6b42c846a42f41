/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The report of the memory that Firedancer needs: .summary.numa_nodes[] with "node", "gigantic_pages" and
 * "huge_pages". */

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/import/import-model.h"

static const struct {
        const char *key;
        enum page_type type;
} counts[] = {
        { "gigantic_pages", PAGE_GIGANTIC },
        { "huge_pages", PAGE_HUGE },
};

static int take_node(const char *file, struct json_object *item, struct import *import)
{
        struct json_object *node, *value;
        int r = 0;

        if (!json_object_object_get_ex(item, "node", &node) ||
            !json_object_is_type(node, json_type_int) || json_object_get_int64(node) < 0 ||
            json_object_get_int64(node) > INT16_MAX)
                return log_error_errno(
                        EBADMSG, "%s: an item of summary.numa_nodes has no number \"node\"", file);
        for (size_t i = 0; i < sizeof(counts) / sizeof(*counts) && r >= 0; i++) {
                _cleanup_free_ char *where = NULL;

                if (!json_object_object_get_ex(item, counts[i].key, &value) ||
                    !json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
                        return log_error_errno(
                                EBADMSG, "%s: an item of summary.numa_nodes has no number \"%s\"",
                                file, counts[i].key);
                if (asprintf(&where, "%s: %s of node %d", file, counts[i].key,
                             json_object_get_int(node)) < 0) {
                        where = NULL;
                        return log_oom();
                }
                if (json_object_get_int64(value) > 0)
                        r = import_pages(import, page_size_default(counts[i].type),
                                         json_object_get_int(node),
                                         (uint64_t) json_object_get_int64(value), where);
        }
        return r;
}

int import_from_report(const char *file, struct import *import)
{
        struct json_object *root = json_object_from_file(file), *summary, *nodes;
        int r = 0;

        if (!root)
                return log_error_errno(errno ?: EBADMSG, "%s: not to be read as JSON", file);
        if (!json_object_object_get_ex(root, "summary", &summary) ||
            !json_object_object_get_ex(summary, "numa_nodes", &nodes) ||
            !json_object_is_type(nodes, json_type_array))
                r = log_error_errno(
                        EBADMSG,
                        "%s: has no list summary.numa_nodes; is it the report of the memory "
                        "that Firedancer needs?",
                        file);
        for (size_t i = 0; r >= 0 && i < json_object_array_length(nodes); i++)
                r = take_node(file, json_object_array_get_idx(nodes, i), import);
        json_object_put(root);
        return r;
}
