/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The words of Devices=: devices whose nodes matter, by address, by vendor and device id, by interface or by
 * disk. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the kernel lists them: /sys/bus/pci/devices, /sys/class/net, /sys/class/block. */
enum device_bus {
        DEVICE_PCI,
        DEVICE_NET,
        DEVICE_BLOCK,
        N_DEVICE_BUSES,
};

#define DEVICE_ID_ANY UINT32_MAX

struct device_spec {
        char *text;    /* canonical: "pci:0000:3b:00.0", "pci:15b3:*", "?net:eth*" */
        bool optional; /* "?": it may be absent */
        enum device_bus bus;
        bool by_id;      /* pci:VENDOR:DEVICE */
        uint32_t vendor; /* BY_ID */
        uint32_t device; /* BY_ID; DEVICE_ID_ANY for "*" */
};

struct device_list {
        struct device_spec *specs; /* in the order in which they are written, no text twice */
        size_t n;
};

/* "pci", "net", "block". */
const char *device_bus_name(enum device_bus bus);

/* The bus of that name, or -EINVAL. */
int device_bus_from_name(const char *name);

/* Parses one word. On failure returns negative errno and *RET_REASON: a phrase that names the word and
 * what to write, allocated. RET is to be freed by device_spec_done(). */
int device_spec_parse(const char *text, struct device_spec *ret, char **ret_reason);

void device_spec_done(struct device_spec *spec);

/* What follows "pci:", "net:" or "block:". */
const char *device_spec_name(const struct device_spec *spec);

/* Whether SPEC may mean more than one device: one with "*", "?" or "[" in the name, or one by id. */
bool device_spec_is_pattern(const struct device_spec *spec);

/* Whether SPEC means the device NAME of BUS; VENDOR and DEVICE are those of a PCI device. */
bool device_spec_matches(const struct device_spec *spec, enum device_bus bus, const char *name,
                         uint32_t vendor, uint32_t device);

/* Parses words separated by blanks. As device_spec_parse(); RET is to be freed by device_list_done(). */
int device_list_parse(const char *text, struct device_list *ret, char **ret_reason);

/* The words with one blank between them; NULL for an empty list. -ENOMEM. Caller frees. */
int device_list_format(const struct device_list *list, char **ret);

/* Whether one of the devices is made by a driver (an interface, a disk), and may appear late in a boot. */
bool device_list_needs_driver(const struct device_list *list);

void device_list_done(struct device_list *list);
