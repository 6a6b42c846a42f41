/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/devices/devices.h"

#include <string.h>

static void device_done(struct device *device)
{
        free(device->name);
        free(device->path);
        *device = (struct device){};
}

void devices_done(struct devices *devices)
{
        for (size_t i = 0; i < devices->n; i++)
                device_done(&devices->list[i]);
        free(devices->list);
        *devices = (struct devices){};
}

int devices_add(struct devices *devices, const struct device *device)
{
        struct device copy = *device, *bigger;

        bigger = reallocarray(devices->list, devices->n + 1, sizeof(*bigger));
        if (!bigger)
                return -ENOMEM;
        devices->list = bigger;

        copy.name = strdup(device->name);
        copy.path = strdup(device->path);
        if (!copy.name || !copy.path) {
                device_done(&copy);
                return -ENOMEM;
        }
        bigger[devices->n++] = copy;
        return 0;
}

const struct device *devices_next(const struct devices *devices, const struct device_spec *spec,
                                  size_t *i)
{
        while (*i < devices->n) {
                const struct device *device = &devices->list[(*i)++];

                if (device_spec_matches(spec, device->bus, device->name, device->vendor,
                                        device->device))
                        return device;
        }
        return NULL;
}

bool devices_have(const struct devices *devices, const struct device_spec *spec)
{
        size_t i = 0;

        return devices_next(devices, spec, &i);
}

bool device_is_in(const struct device *device, const struct device *other)
{
        size_t n = strlen(other->path);

        return strncmp(device->path, other->path, n) == 0 && device->path[n] == '/';
}
