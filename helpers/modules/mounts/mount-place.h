/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The place of a mount, valid in all mount namespaces: the file system and directory entry that it is
 * mounted on. Removing that entry takes away all mounts on it, whatever namespace they are in
 * (fs/namespace.c: __detach_mounts()); a mount on another entry stays. */

#include <stdbool.h>
#include <sys/types.h>

struct mount_entry;
struct mount_table;

struct mount_place {
        dev_t device; /* of the file system below */
        char *entry;  /* path from that file system's root */
        int group;    /* the peer group of the mount below, 0: none (mount_namespaces(7)) */
        int master;   /* that of which it is a slave */
};

/* The place of ENTRY in its TABLE. -ENOENT: the mount below it is not in the table, as for the root of a
 * namespace. The caller releases RET by mount_place_done(). */
int mount_place_of(const struct mount_table *table, const struct mount_entry *entry,
                   struct mount_place *ret);

bool mount_place_is_same(const struct mount_place *a, const struct mount_place *b);

/* Whether mounts and unmounts at place A propagate to place B: then a user of the mount at B makes
 * unmounting at A busy (fs/pnode.c: propagate_mount_busy). */
bool mount_place_follows(const struct mount_place *b, const struct mount_place *a);

/* Whether the path to ENTRY leads only through local file systems (look.h). */
bool mount_place_is_local(const struct mount_table *table, const struct mount_entry *entry);

void mount_place_done(struct mount_place *place);
