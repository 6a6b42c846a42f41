/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All regions of all domains in one table, found by (device, inode): so any process's descriptor or
 * mapping is matched by one lookup. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/words/page-type.h"

/* Pages of something on one node. */
struct node_pages {
        unsigned node;
        uint64_t pages;
};

struct node_pages_list {
        struct node_pages *items; /* ascending by node */
        size_t n;
};

int node_pages_add(struct node_pages_list *list, unsigned node, uint64_t pages);
uint64_t node_pages_sum(const struct node_pages_list *list);
/* "0:512 1:512"; NULL if there are none. *RET is the caller's. -ENOMEM. */
int node_pages_text(const struct node_pages_list *list, char **ret);
void node_pages_done(struct node_pages_list *list);

#define REGION_NONE UINT32_MAX

struct region {
        char *name; /* relative to the mount's root, as in the file system */
        ino_t inode;
        uint64_t size;      /* bytes */
        uint64_t allocated; /* bytes: the pages that it has */
        int64_t made;       /* seconds since the epoch, as far as the file system knows */
        uid_t uid;
        gid_t gid;
        uint16_t mode;
        uint32_t mount;               /* which of the mounts that were added */
        uint32_t first_holding;       /* REGION_NONE: no holder that we can see */
        bool deleted;                 /* unlinked, and kept alive by its holders */
        struct node_pages_list nodes; /* where its pages are, as far as one holder shows */
        uint64_t shown;               /* bytes in NODES */
        uint32_t shown_by;            /* the holder that shows them */
};

/* One process having one region. USE: HOLDER_OPEN, HOLDER_MAPPED (holders.h). */
struct holding {
        uint32_t process; /* the caller's number of it */
        uint32_t region;
        uint32_t next; /* the region's next holding */
        unsigned use;
};

struct regions {
        struct region *items;
        size_t n, room;
        size_t n_named; /* sorted by mount and name, followed by those that only holders show */
        dev_t *devices; /* by mount */
        size_t n_mounts;
        uint32_t *slots; /* hash table of indices, open addressing */
        size_t n_slots;
        struct holding *holdings;
        size_t n_holdings, holdings_room;
        struct holding *directories; /* of a mount: REGION is its number, NEXT is not used */
        size_t n_directories, directories_room;
};

/* Adds the mount with the number *RET_MOUNT (counting from 0), whose root is FD (kept by the caller),
 * and all regular files below it. Directories deeper than 32 are left out: -ELOOP, with the rest
 * added; likewise the errno of a directory that may not be read. */
int regions_add_mount(struct regions *regions, int fd, dev_t device, uint32_t *ret_mount);

/* Sorts, and builds the hash table; after the last mount was added. */
int regions_index(struct regions *regions);

/* Whether DEVICE is one of the mounts; sets *RET_MOUNT to it. */
bool regions_has_device(const struct regions *regions, dev_t device, uint32_t *ret_mount);

/* The region, or REGION_NONE. */
uint32_t regions_find(const struct regions *regions, uint32_t mount, ino_t inode);

/* Adds a region that did not exist when the mount was listed: REGION has mount, inode, whatever
 * else a holder shows, and its name, which is copied. */
int regions_add_late(struct regions *regions, const struct region *region, uint32_t *ret_region);

/* Notes that PROCESS has REGION; several uses of one process, noted one after another, are one. */
int regions_hold(struct regions *regions, uint32_t region, uint32_t process, unsigned use);

/* Notes that PROCESS has a directory of MOUNT: open, or as its working directory or root. */
int regions_hold_directory(struct regions *regions, uint32_t mount, uint32_t process, unsigned use);

/* The first of the named regions of MOUNT, and their number. */
size_t regions_of_mount(const struct regions *regions, uint32_t mount, size_t *ret_first);

void regions_done(struct regions *regions);
