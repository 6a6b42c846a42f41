/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Scanning one process: declarations shared by memory-search.c, memory-maps.c and memory-uses.c. */

#include "helpers/modules/processes/process-maps.h"
#include "helpers/tool/regions/memory-users.h"

#define SCAN_BUFFER_SIZE ((size_t) 64 * 1024)

/* A mapping worth asking numa_maps about. */
struct scan_mapping {
        uint64_t start, size;
        uint32_t region; /* REGION_NONE: something else */
        dev_t device;
        ino_t inode;
        char *path; /* NULL for regions */
};

struct scan {
        int procfs;
        struct regions *regions;
        struct memory_users *users;
        char *buffer;                  /* SCAN_BUFFER_SIZE and a NUL */
        struct scan_mapping *mappings; /* of this process, ascending */
        size_t n_mappings, mappings_room;
        dev_t *hugetlb_devices; /* the existing hugetlbfs mounts */
        size_t n_hugetlb;
        bool want_nodes; /* some of them have pages whose nodes we do not know yet */

        pid_t pid;
        uid_t uid;
        char command[64];
        uint64_t hugetlb;
        uint32_t process; /* REGION_NONE: not entered yet */
};

/* Enters the process into the list if it is not there yet. */
int scan_enter_process(struct scan *scan);

/* Gives every line of the file PATH of the process to LINE, which may write to it. */
int scan_lines(struct scan *scan, const char *path,
               int (*line)(struct scan *scan, char *line, void *userdata), void *userdata);

/* A region of MOUNT that did not exist when it was listed, as the link LINK of the process ("fd/3",
 * "map_files/...") shows it. */
int scan_late_region(struct scan *scan, uint32_t mount, const char *link, uint32_t *ret_region);

/* memory-maps.c: maps, then numa_maps where it adds information. -EACCES: not permitted. */
int scan_mappings(struct scan *scan);

/* memory-uses.c: huge pages of a mapping that is no region, with its line of numa_maps. */
int scan_use_mapping(struct scan *scan, const struct scan_mapping *mapping,
                     const struct process_nodes *nodes);

/* An open file of some hugetlbfs that is no region: FD is its name in fd/. */
int scan_use_descriptor(struct scan *scan, const char *fd, dev_t device, ino_t inode,
                        uint64_t page_size, uint64_t allocated);

/* Huge pages that we may not examine. */
int scan_use_unseen(struct scan *scan);
