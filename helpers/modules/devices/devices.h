/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The devices of a machine and their NUMA nodes. Silent: functions return negative errno. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/words/device-spec.h"

#define NODE_UNKNOWN (-1)

struct device {
        enum device_bus bus;
        char *name; /* "0000:3b:00.0", "eth2", "nvme0n1" */
        char *path; /* below /sys; a device in another one has the path of that one before its own */
        uint32_t vendor; /* DEVICE_PCI */
        uint32_t device; /* DEVICE_PCI */
        int node;        /* as the kernel says, or NODE_UNKNOWN */
        int memory_node; /* that node if it has memory, else the nearest that has; or NODE_UNKNOWN */
};

struct devices {
        struct device *list; /* by bus, then by name */
        size_t n;
};

/* Reads those below SYSFS. A bus that this kernel does not have is empty. */
int devices_read(int sysfs, struct devices *ret);

/* Adds a copy of DEVICE. -ENOMEM. */
int devices_add(struct devices *devices, const struct device *device);

/* The first device from *I on that SPEC means, which *I is set behind; NULL: no more. */
const struct device *devices_next(const struct devices *devices, const struct device_spec *spec,
                                  size_t *i);

/* Whether SPEC means at least one. */
bool devices_have(const struct devices *devices, const struct device_spec *spec);

/* Whether DEVICE lies in OTHER: an interface in its card, a partition in its disk. */
bool device_is_in(const struct device *device, const struct device *other);

void devices_done(struct devices *devices);

#define _cleanup_devices_ _cleanup_(devices_done)
