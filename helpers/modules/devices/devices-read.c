/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helpers/modules/devices/devices.h"
#include "helpers/modules/devices/nearest-node.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/sysfs.h"

/* Where each bus lists its devices, as links to their directories. */
static const char *const directories[N_DEVICE_BUSES] = {
        [DEVICE_PCI] = "bus/pci/devices",
        [DEVICE_NET] = "class/net",
        [DEVICE_BLOCK] = "class/block",
};

/* What is the same for all devices. */
struct reading {
        int sysfs;
        unsigned *nodes; /* with memory */
        size_t n_nodes;
        struct devices devices;
};

static int read_number(int sysfs, const char *directory, const char *file, int base, long *ret)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char *end;
        int r;

        if (asprintf(&path, "%s/%s", directory, file) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = sysfs_read(sysfs, path, &text, NULL);
        if (r < 0)
                return r;
        *ret = strtol(text, &end, base);
        return end == text ? -EBADMSG : 0;
}

/* The node of the directory DEVICE, or of the first above it that has one (drivers/pci/pci-sysfs.c:
 * numa_node); a number below 0 is no node. */
static int find_node(int sysfs, const char *device, int *ret)
{
        _cleanup_free_ char *path = strdup(device);
        long node;

        if (!path)
                return -ENOMEM;
        *ret = NODE_UNKNOWN;
        for (char *slash; (slash = strrchr(path, '/')); *slash = '\0') {
                int r = read_number(sysfs, path, "numa_node", 10, &node);

                if (r == -ENOMEM)
                        return r;
                if (r >= 0) {
                        *ret = node < 0 || node > INT_MAX ? NODE_UNKNOWN : (int) node;
                        return 0;
                }
        }
        return 0;
}

/* The directory that the link NAME of DIRECTORY leads to, below /sys. 0: it is no link, as
 * class/net/bonding_masters, or has gone. */
static int read_path(int sysfs, const char *directory, const char *name, char **ret)
{
        char link[PATH_MAX], target[PATH_MAX];
        const char *path = target;
        ssize_t n;

        if (snprintf(link, sizeof(link), "%s/%s", directory, name) >= (int) sizeof(link))
                return -ENAMETOOLONG;
        n = readlinkat(sysfs, link, target, sizeof(target) - 1);
        if (n < 0)
                return errno == EINVAL || errno == ENOENT ? 0 : -errno;
        target[n] = '\0';

        while (strncmp(path, "../", strlen("../")) == 0)
                path += strlen("../");
        *ret = strdup(path);
        return *ret ? 1 : -ENOMEM;
}

static int read_ids(struct reading *reading, struct device *device)
{
        long vendor, id;
        int r;

        r = read_number(reading->sysfs, device->path, "vendor", 16, &vendor);
        if (r >= 0)
                r = read_number(reading->sysfs, device->path, "device", 16, &id);
        if (r < 0)
                return r;
        device->vendor = (uint32_t) vendor;
        device->device = (uint32_t) id;
        return 0;
}

/* A device that goes away meanwhile is left out. */
static int read_device(struct reading *reading, enum device_bus bus, char *name)
{
        _cleanup_free_ char *path = NULL;
        struct device device = { .bus = bus, .name = name };
        int r;

        r = read_path(reading->sysfs, directories[bus], name, &path);
        if (r <= 0)
                return r;
        device.path = path;
        if (bus == DEVICE_PCI) {
                r = read_ids(reading, &device);
                if (r < 0)
                        return r == -ENOMEM ? r : 0;
        }
        r = find_node(reading->sysfs, path, &device.node);
        if (r >= 0)
                r = nearest_node(reading->sysfs, device.node, reading->nodes, reading->n_nodes,
                                 &device.memory_node);
        return r < 0 ? r : devices_add(&reading->devices, &device);
}

static int read_bus(struct reading *reading, enum device_bus bus)
{
        int fd = openat(reading->sysfs, directories[bus], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct dirent **entries;
        int n, r = 0;

        if (fd < 0)
                return errno == ENOENT ? 0 : -errno;
        n = scandirat(fd, ".", &entries, NULL, alphasort);
        r = n < 0 ? -errno : 0;
        close(fd);

        for (int i = 0; i < n; i++) {
                if (entries[i]->d_name[0] != '.' && r >= 0)
                        r = read_device(reading, bus, entries[i]->d_name);
                free(entries[i]);
        }
        if (n >= 0)
                free(entries);
        return r < 0 ? r : 0;
}

int devices_read(int sysfs, struct devices *ret)
{
        struct reading reading = { .sysfs = sysfs };
        int r;

        r = numa_nodes(sysfs, &reading.nodes, &reading.n_nodes);
        if (r == -ENOENT)
                r = 0; /* a kernel without NUMA */
        for (enum device_bus bus = 0; bus < N_DEVICE_BUSES && r >= 0; bus++)
                r = read_bus(&reading, bus);
        free(reading.nodes);
        if (r < 0) {
                devices_done(&reading.devices);
                return r;
        }

        *ret = reading.devices;
        return 0;
}
