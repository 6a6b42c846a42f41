/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>

#include "basic/log.h"
#include "helpers/modules/headroom.h"
#include "helpers/tool/verify.h"

#define MIB (UINT64_C(1024) * 1024)

struct machine_node {
        unsigned node;
        uint64_t memory;  /* bytes */
        uint64_t claimed; /* bytes that the domains looked at so far ask for */
};

struct described {
        const char *file;
        struct machine_node *nodes;
        size_t n_nodes;
        bool supported[N_PAGE_TYPES];
};

/* Where problems go, and which domain they are of. */
struct complaint {
        config_report_t report;
        void *userdata;
        const struct domain *domain;
};

static void __attribute__((format(printf, 2, 3)))
complain(const struct complaint *complaint, const char *format, ...)
{
        const struct domain *domain = complaint->domain;
        _cleanup_free_ char *message = NULL, *full = NULL;
        va_list args;
        int r;

        va_start(args, format);
        r = vasprintf(&message, format, args);
        va_end(args);
        if (r < 0 || asprintf(&full, "domain %s: %s", domain->name, message) < 0) {
                message = full = NULL;
                log_oom();
                return;
        }
        complaint->report(LOG_ERR, domain->where.file, domain->where.line, full,
                          complaint->userdata);
}

static int malformed(const char *file, const char *what)
{
        return log_error_errno(
                EBADMSG, "%s: %s; write it by 'fd-shmem query --json' on the machine", file, what);
}

static int read_node(struct json_object *item, struct machine_node *ret)
{
        struct json_object *number, *memory, *total;

        if (!json_object_object_get_ex(item, "node", &number) ||
            !json_object_object_get_ex(item, "memory", &memory) ||
            !json_object_object_get_ex(memory, "total", &total) ||
            !json_object_is_type(number, json_type_int) ||
            !json_object_is_type(total, json_type_int))
                return -EBADMSG;

        *ret = (struct machine_node){
                .node = (unsigned) json_object_get_int64(number),
                .memory = (uint64_t) json_object_get_int64(total),
        };
        return 0;
}

static int read_nodes(struct json_object *root, struct described *machine)
{
        struct json_object *nodes;
        size_t n;

        if (!json_object_object_get_ex(root, "nodes", &nodes) ||
            !json_object_is_type(nodes, json_type_array))
                return malformed(machine->file, "has no list \"nodes\"");
        n = json_object_array_length(nodes);
        machine->nodes = calloc(n ?: 1, sizeof(*machine->nodes));
        if (!machine->nodes)
                return log_oom();

        for (size_t i = 0; i < n; i++)
                if (read_node(json_object_array_get_idx(nodes, i),
                              &machine->nodes[machine->n_nodes++]) < 0)
                        return malformed(machine->file,
                                         "a node lacks \"node\" or \"memory\": {\"total\"}");
        return 0;
}

static int read_types(struct json_object *root, struct described *machine)
{
        struct json_object *types, *name, *supported;

        if (!json_object_object_get_ex(root, "page_types", &types) ||
            !json_object_is_type(types, json_type_array))
                return malformed(machine->file, "has no list \"page_types\"");

        for (size_t i = 0; i < json_object_array_length(types); i++) {
                struct json_object *item = json_object_array_get_idx(types, i);
                int type;

                if (!json_object_object_get_ex(item, "type", &name) ||
                    !json_object_object_get_ex(item, "supported", &supported))
                        return malformed(machine->file, "a type lacks \"type\" or \"supported\"");
                type = page_type_from_name(json_object_get_string(name) ?: "");
                if (type >= 0)
                        machine->supported[type] = json_object_get_boolean(supported);
        }
        return 0;
}

static int describe(const char *file, struct described *ret)
{
        struct json_object *root = json_object_from_file(file);
        int r;

        *ret = (struct described){ .file = file };
        if (!root)
                return log_error_errno(EBADMSG, "%s: cannot be read as JSON: %s", file,
                                       json_util_get_last_err() ?: "it is empty");
        r = read_nodes(root, ret);
        if (r >= 0)
                r = read_types(root, ret);
        json_object_put(root);
        return r;
}

static struct machine_node *find_node(const struct described *machine, unsigned node)
{
        for (size_t i = 0; i < machine->n_nodes; i++)
                if (machine->nodes[i].node == node && machine->nodes[i].memory > 0)
                        return &machine->nodes[i];
        return NULL;
}

static const char *key_of(enum page_type type)
{
        return type == PAGE_HUGE ? "Huge=" : "Gigantic=";
}

static void claim(struct machine_node *node, const struct amount *amount, enum page_type type)
{
        node->claimed +=
                amount_pages(amount, page_type_size(type), node->memory) * page_type_size(type);
}

static void claim_named(const struct described *machine, const struct page_request *request,
                        enum page_type type, const struct complaint *complaint)
{
        for (size_t i = 0; i < request->n_nodes; i++) {
                struct machine_node *node = find_node(machine, request->nodes[i].node);

                if (node)
                        claim(node, &request->nodes[i].amount, type);
                else
                        complain(complaint,
                                 "%s: node %u does not exist there, or has no memory (%s)",
                                 key_of(type), request->nodes[i].node, machine->file);
        }
}

/* Adds what the domain asks for to what its nodes have to give. */
static void claim_request(const struct described *machine, enum page_type type,
                          const struct complaint *complaint)
{
        const struct page_request *request = &complaint->domain->request[type];
        uint64_t total = amount_pages(&request->amount, page_type_size(type), 0), n = 0, rank = 0;

        if (request->scope != REQUEST_NONE && !machine->supported[type]) {
                complain(complaint, "%s: the machine has no %s pages (%s)", key_of(type),
                         page_type_name(type), machine->file);
                return;
        }
        if (request->scope == REQUEST_NODES)
                claim_named(machine, request, type, complaint);

        for (size_t i = 0; i < machine->n_nodes; i++)
                n += machine->nodes[i].memory > 0;
        for (size_t i = 0; i < machine->n_nodes; i++) {
                struct machine_node *node = &machine->nodes[i];

                if (node->memory == 0)
                        continue;
                if (request->scope == REQUEST_EACH)
                        claim(node, &request->amount, type);
                if (request->scope == REQUEST_TOTAL)
                        node->claimed += (total / n + (rank++ < total % n)) * page_type_size(type);
        }
}

static void check_memory(const struct config *config, const struct described *machine,
                         const uint64_t *before, const struct complaint *complaint)
{
        const struct amount *headroom = config->headroom_set ? &config->headroom : NULL;

        for (size_t i = 0; i < machine->n_nodes; i++) {
                const struct machine_node *node = &machine->nodes[i];
                uint64_t keep = headroom_bytes(headroom, node->memory);

                if (node->claimed == before[i] || node->claimed + keep <= node->memory)
                        continue;
                complain(complaint,
                         "node %u: %" PRIu64 " MiB are asked for, %" PRIu64
                         " MiB of them by domains before this one; the node has %" PRIu64
                         " MiB, of which Headroom= keeps %" PRIu64 " (%s)",
                         node->node, node->claimed / MIB, before[i] / MIB, node->memory / MIB,
                         keep / MIB, machine->file);
        }
}

/* Domains that do not start at boot come on top of those that do, each alone. */
static int check_domain(const struct config *config, struct described *machine,
                        const struct complaint *complaint)
{
        _cleanup_free_ uint64_t *before = calloc(machine->n_nodes ?: 1, sizeof(*before));

        if (!before)
                return log_oom();
        for (size_t i = 0; i < machine->n_nodes; i++)
                before[i] = machine->nodes[i].claimed;

        claim_request(machine, PAGE_GIGANTIC, complaint);
        claim_request(machine, PAGE_HUGE, complaint);
        check_memory(config, machine, before, complaint);

        for (size_t i = 0; i < machine->n_nodes && !complaint->domain->boot; i++)
                machine->nodes[i].claimed = before[i];
        return 0;
}

int verify_machine(const struct config *config, const char *file, config_report_t report,
                   void *userdata)
{
        struct described machine;
        int r;

        r = describe(file, &machine);
        for (int boot = 1; boot >= 0 && r >= 0; boot--)
                for (size_t i = 0; i < config->n_domains && r >= 0; i++) {
                        const struct domain *domain = &config->domains[i];
                        const struct complaint complaint = { report, userdata, domain };

                        if (!domain->error && domain->boot == boot)
                                r = check_domain(config, &machine, &complaint);
                }
        free(machine.nodes);
        return r;
}
