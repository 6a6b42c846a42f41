/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A /sys of plain files with nodes and devices, below a temporary directory. */

#include <stdbool.h>

/* Makes an empty one, with the nodes of the lists ("0-1,3"); returns its descriptor. */
int device_tree_make(const char *online, const char *with_memory);

/* Writes TEXT into the file PATH, whose directories are made. */
void device_tree_write(int tree, const char *path, const char *text);

/* Makes a PCI device in the directory PARENT ("pci0000:00"); NODE is the text of numa_node. */
void device_tree_pci(int tree, const char *parent, const char *name, const char *vendor,
                     const char *device, const char *node);

/* Makes a device of another kind: the entry of class/CLASS for the directory PATH below devices/. */
void device_tree_class(int tree, const char *class, const char *path);

void device_tree_remove(int tree);
