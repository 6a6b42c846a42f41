/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/machine-file.h"

#include <json-c/json.h>
#include <string.h>
#include <sys/utsname.h>

#include "basic/log.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/tool/inventory/devices-json.h"

static int malformed(const char *file, const char *what)
{
        return log_error_errno(
                EBADMSG, "%s: %s; write it by 'fd-shmem query --json' on the machine", file, what);
}

/* The member KEY of TYPE; NULL if there is none. */
static struct json_object *member(struct json_object *object, const char *key, enum json_type type)
{
        struct json_object *value;

        if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
                return NULL;
        return value;
}

static int compare_places(const void *a, const void *b)
{
        const struct allocation_place *x = a, *y = b;

        return x->node < y->node ? -1 : x->node > y->node;
}

static int read_places(const char *file, struct json_object *root, struct machine_places *places)
{
        struct json_object *nodes = member(root, "nodes", json_type_array);
        size_t n = nodes ? json_object_array_length(nodes) : 0;

        if (n == 0)
                return malformed(file, "has no list \"nodes\", or an empty one");
        places->places = calloc(n, sizeof(*places->places));
        if (!places->places)
                return log_oom();

        for (size_t i = 0; i < n; i++) {
                struct json_object *item = json_object_array_get_idx(nodes, i),
                                   *node = member(item, "node", json_type_int),
                                   *memory = member(item, "memory", json_type_object),
                                   *total = memory ? member(memory, "total", json_type_int) : NULL;

                if (!node || !total)
                        return malformed(file, "a node lacks \"node\" or \"memory\": {\"total\"}");
                if (json_object_get_int64(node) < 0 || json_object_get_int64(node) > INT32_MAX)
                        return malformed(file, "a \"node\" is not a node number");
                if (json_object_get_int64(total) <= 0)
                        continue;
                places->places[places->n++] = (struct allocation_place){
                        .node = (unsigned) json_object_get_int64(node),
                        .total = (uint64_t) json_object_get_int64(total),
                };
        }

        if (places->n == 0)
                return malformed(file, "no node has memory");
        qsort(places->places, places->n, sizeof(*places->places), compare_places);
        for (size_t i = 1; i < places->n; i++)
                if (places->places[i].node == places->places[i - 1].node)
                        return malformed(file, "a node is listed twice");
        return 0;
}

static int read_types(const char *file, struct json_object *root, struct machine_places *places)
{
        struct json_object *types = member(root, "page_types", json_type_array);

        if (!types)
                return malformed(file, "has no list \"page_types\"");

        for (size_t i = 0; i < json_object_array_length(types); i++) {
                struct json_object *item = json_object_array_get_idx(types, i),
                                   *name = member(item, "type", json_type_string),
                                   *supported = member(item, "supported", json_type_boolean),
                                   *bytes = member(item, "page_size", json_type_int);
                struct page_size size = { bytes ? (uint64_t) json_object_get_int64(bytes) : 0 };
                int type;

                if (!name || !supported)
                        return malformed(file, "a type lacks \"type\" or \"supported\"");
                type = page_type_from_name(json_object_get_string(name));
                if (type < 0 && (size.bytes & (size.bytes - 1)) == 0 && size.bytes > 0)
                        type = (int) pool_slot_add(&places->slots, size);
                else if (type >= 0 && size.bytes > 0)
                        places->size[type] = size;
                if (type >= 0)
                        places->supported[type] = json_object_get_boolean(supported);
        }
        return 0;
}

/* Older descriptions have none. */
static int read_devices(const char *file, struct json_object *root, struct machine_places *places)
{
        struct json_object *devices = member(root, "devices", json_type_array);
        const char *what;
        int r;

        places->has_devices = devices;
        r = devices ? devices_json_read(devices, &places->devices, &what) : 0;
        if (r < 0)
                return r == -ENOMEM ? log_oom() : malformed(file, what);
        return 0;
}

/* *RET stays NULL if there is no such text. */
static int read_text(struct json_object *root, const char *key, char **ret)
{
        struct json_object *text = member(root, key, json_type_string);

        if (!text)
                return 0;
        *ret = strdup(json_object_get_string(text));
        return *ret ? 0 : log_oom();
}

/* Older descriptions lack some. */
static int read_facts(struct json_object *root, struct machine_facts *facts,
                      const struct machine_places *places)
{
        struct json_object *cpus = member(root, "cpus", json_type_int);
        int r = read_text(root, "architecture", &facts->architecture);

        if (r >= 0)
                r = read_text(root, "host", &facts->host);
        if (cpus && json_object_get_int64(cpus) > 0)
                facts->cpus = (uint64_t) json_object_get_int64(cpus);
        for (size_t i = 0; i < places->n; i++)
                facts->memory += places->places[i].total;
        return r;
}

static int read_machine(const char *file, struct json_object *root, struct machine_places *places)
{
        int r;

        r = read_places(file, root, places);
        if (r >= 0)
                r = read_types(file, root, places);
        if (r >= 0)
                r = read_devices(file, root, places);
        if (r >= 0)
                r = read_text(root, "kernel", &places->kernel);
        if (r >= 0)
                r = read_facts(root, &places->facts, places);
        return r;
}

static void set_defaults(struct machine_places *places)
{
        for_each_pool_type(type)
                places->size[type] = page_size_default(type);
}

int machine_places_read(const char *file, struct machine_places *ret)
{
        _cleanup_places_ struct machine_places places = {};
        struct json_object *root = json_object_from_file(file);
        int r;

        set_defaults(&places);
        if (!root)
                return log_error_errno(EBADMSG, "%s: is not JSON: %s", file,
                                       json_util_get_last_err() ?: "it is empty");

        r = json_object_is_type(root, json_type_object) ? read_machine(file, root, &places)
                                                        : malformed(file, "is not a JSON object");
        json_object_put(root);
        if (r < 0)
                return r;

        *ret = places;
        places = (struct machine_places){};
        return 0;
}

int machine_places_probe(const struct machine *machine, struct machine_places *ret)
{
        _cleanup_places_ struct machine_places places = {};
        struct page_size sizes[POOL_SIZES_MAX];
        struct pool_counts counts;
        struct utsname name;
        int r, n;

        r = allocation_places(machine, &places.places, &places.n);
        if (r < 0)
                return r;

        set_defaults(&places);
        n = pool_sizes(machine->sysfs, sizes);
        for (int i = 0; i < n; i++)
                places.supported[pool_slot_add(&places.slots, sizes[i])] =
                        pool_read(machine->sysfs, places.places[0].node, sizes[i], &counts) >= 0;
        r = devices_read(machine->sysfs, &places.devices);
        if (r < 0)
                return log_error_errno(r, "Cannot look for devices in /sys: %m");
        places.has_devices = true;
        if (uname(&name) == 0)
                places.kernel = strdup(name.release);

        *ret = places;
        places = (struct machine_places){};
        return 0;
}

unsigned machine_slot(const struct machine_places *machine, const struct domain *domain,
                      enum page_type type, struct page_size *ret_size)
{
        struct page_size size = domain->size[type];
        unsigned slot = type;

        if (size.bytes == 0)
                size = machine->size[type];
        else
                for (slot = PAGE_NORMAL + 1; slot < pool_slots_end(&machine->slots); slot++)
                        if (page_size_equal(machine_slot_size(machine, slot), size))
                                break;
        *ret_size = size;
        return slot;
}

struct page_size machine_slot_size(const struct machine_places *machine, unsigned slot)
{
        return slot < N_PAGE_TYPES ? machine->size[slot] : pool_slot_size(&machine->slots, slot);
}

void machine_places_done(struct machine_places *places)
{
        free(places->places);
        free(places->kernel);
        free(places->facts.architecture);
        free(places->facts.host);
        devices_done(&places->devices);
        *places = (struct machine_places){};
}
