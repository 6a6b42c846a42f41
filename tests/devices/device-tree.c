/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-tree.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"

static char root[] = "/tmp/fd-shmem-devices-XXXXXX";

static void make_directories(int tree, const char *path)
{
        char copy[512];

        snprintf(copy, sizeof(copy), "%s", path);
        for (char *slash = copy; (slash = strchr(slash, '/')); *slash++ = '/') {
                *slash = '\0';
                (void) mkdirat(tree, copy, 0755);
        }
}

void device_tree_write(int tree, const char *path, const char *text)
{
        _cleanup_close_ int fd = -1;

        make_directories(tree, path);
        fd = openat(tree, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

int device_tree_make(const char *online, const char *with_memory)
{
        int tree;

        strcpy(root + sizeof(root) - sizeof("XXXXXX"), "XXXXXX");
        assert_non_null(mkdtemp(root));
        tree = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(tree >= 0);
        device_tree_write(tree, "devices/system/node/online", online);
        device_tree_write(tree, "devices/system/node/has_memory", with_memory);
        for (unsigned node = 0; node < 10; node++) {
                char path[64], text[64];

                snprintf(path, sizeof(path), "devices/system/node/node%u/meminfo", node);
                snprintf(text, sizeof(text), "Node %u MemTotal: 1048576 kB\n", node);
                device_tree_write(tree, path, text);
        }
        return tree;
}

static void link_device(int tree, const char *directory, const char *path)
{
        char link[512], target[512];

        snprintf(link, sizeof(link), "%s/%s", directory, strrchr(path, '/') + 1);
        snprintf(target, sizeof(target), "../../%sdevices/%s",
                 strncmp(directory, "bus/", 4) == 0 ? "../" : "", path);
        make_directories(tree, link);
        assert_int_equal(symlinkat(target, tree, link), 0);
}

void device_tree_pci(int tree, const char *parent, const char *name, const char *vendor,
                     const char *device, const char *node)
{
        const struct {
                const char *file, *text;
        } files[] = { { "vendor", vendor }, { "device", device }, { "numa_node", node } };
        char path[512];

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                snprintf(path, sizeof(path), "devices/%s/%s/%s", parent, name, files[i].file);
                device_tree_write(tree, path, files[i].text);
        }
        snprintf(path, sizeof(path), "%s/%s", parent, name);
        link_device(tree, "bus/pci/devices", path);
}

void device_tree_class(int tree, const char *class, const char *path)
{
        char text[512];

        snprintf(text, sizeof(text), "class/%s", class);
        link_device(tree, text, path);
        snprintf(text, sizeof(text), "devices/%s/uevent", path);
        device_tree_write(tree, text, "");
}

void device_tree_remove(int tree)
{
        char command[sizeof(root) + 16];

        close(tree);
        snprintf(command, sizeof(command), "rm -rf %s", root);
        assert_int_equal(system(command), 0);
}
