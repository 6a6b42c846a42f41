/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/inventory/devices-json.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

/* The device of DEVICES on BUS that DEVICE lies in, the innermost one; NULL: none. */
static const struct device *find_outer(const struct devices *devices, const struct device *device,
                                       enum device_bus bus)
{
        const struct device *outer = NULL;

        for (size_t i = 0; i < devices->n; i++) {
                const struct device *other = &devices->list[i];

                if (other->bus == bus && device_is_in(device, other) &&
                    (!outer || device_is_in(other, outer)))
                        outer = other;
        }
        return outer;
}

static struct json_object *node_json(int node)
{
        return node < 0 ? NULL : json_object_new_int(node);
}

static void set_id(struct json_object *item, const char *key, uint32_t id)
{
        char text[16];

        snprintf(text, sizeof(text), "%04x", id);
        json_set(item, key, json_object_new_string(text));
}

static struct json_object *device_json(const struct devices *devices, const struct device *device)
{
        struct json_object *item = json_object_new_object();
        const struct device *card = NULL;

        json_set(item, "bus", json_object_new_string(device_bus_name(device->bus)));
        json_set(item, "name", json_text(device->name));
        if (device->bus == DEVICE_PCI) {
                set_id(item, "vendor", device->vendor);
                set_id(item, "device", device->device);
        } else
                card = find_outer(devices, device, DEVICE_PCI);
        if (card)
                json_set(item, "in", json_text(card->name));
        if (device->node >= 0)
                json_set(item, "node", node_json(device->node));
        if (device->memory_node >= 0 && device->memory_node != device->node)
                json_set(item, "memory_node", node_json(device->memory_node));
        return item;
}

static bool is_hardware(const struct device *device)
{
        return strncmp(device->path, "devices/virtual/", strlen("devices/virtual/")) != 0;
}

void devices_json_write(struct json_writer *writer, const char *key, const struct devices *devices)
{
        json_writer_open(writer, key, '[');
        for (size_t i = 0; i < devices->n; i++) {
                const struct device *device = &devices->list[i];

                if (!is_hardware(device) ||
                    (device->bus == DEVICE_BLOCK && find_outer(devices, device, DEVICE_BLOCK)))
                        continue;
                json_writer_put(writer, NULL, device_json(devices, device));
        }
        json_writer_close(writer, ']');
}

static const char *text_of(struct json_object *item, const char *key)
{
        struct json_object *value;

        if (!json_object_object_get_ex(item, key, &value) ||
            !json_object_is_type(value, json_type_string))
                return NULL;
        return json_object_get_string(value);
}

/* NODE_UNKNOWN if it is not there. */
static int node_of(struct json_object *item, const char *key)
{
        struct json_object *value;

        if (!json_object_object_get_ex(item, key, &value) ||
            !json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0 ||
            json_object_get_int64(value) > INT32_MAX)
                return NODE_UNKNOWN;
        return json_object_get_int(value);
}

static int read_device(struct json_object *item, struct devices *devices, const char **ret_what)
{
        const char *bus = text_of(item, "bus"), *name = text_of(item, "name");
        const char *in = text_of(item, "in"), *vendor = text_of(item, "vendor"),
                   *id = text_of(item, "device");
        _cleanup_free_ char *path = NULL;
        struct device device = {};
        int known = bus ? device_bus_from_name(bus) : -EINVAL;

        if (known < 0 || !name) {
                *ret_what = "a device lacks \"bus\" or \"name\"";
                return -EBADMSG;
        }
        device.bus = (enum device_bus) known;
        if (device.bus == DEVICE_PCI && (!vendor || !id)) {
                *ret_what = "a device of \"pci\" lacks \"vendor\" or \"device\"";
                return -EBADMSG;
        }
        if (asprintf(&path, "%s%s%s", in ?: "", in ? "/" : "", name) < 0) {
                path = NULL;
                return -ENOMEM;
        }

        device.name = (char *) name;
        device.path = path;
        device.vendor = vendor ? (uint32_t) strtoul(vendor, NULL, 16) : 0;
        device.device = id ? (uint32_t) strtoul(id, NULL, 16) : 0;
        device.node = node_of(item, "node");
        device.memory_node = node_of(item, "memory_node");
        if (device.memory_node < 0)
                device.memory_node = device.node;
        return devices_add(devices, &device);
}

int devices_json_read(struct json_object *array, struct devices *devices, const char **ret_what)
{
        for (size_t i = 0; i < json_object_array_length(array); i++) {
                struct json_object *item = json_object_array_get_idx(array, i);
                int r;

                if (!json_object_is_type(item, json_type_object)) {
                        *ret_what = "a device is not an object";
                        return -EBADMSG;
                }
                r = read_device(item, devices, ret_what);
                if (r < 0)
                        return r;
        }
        return 0;
}
