/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The texts of /proc/PID: status, maps, numa_maps (Documentation/filesystems/proc.rst,
 * mm/hugetlb, fs/proc/task_mmu.c). Pure functions on lines that they may write to. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_status {
        char *command;    /* points into the text */
        uid_t uid;        /* effective */
        bool has_memory;  /* no kernel thread, no zombie */
        uint64_t hugetlb; /* bytes of huge pages in its page tables */
};

/* Parses TEXT, a complete status file. -EBADMSG if it is invalid. */
int process_status_parse(char *text, struct process_status *ret);

struct process_mapping {
        uint64_t start, end, offset;
        dev_t device;
        ino_t inode;
        char *path; /* points into the line, as the kernel escapes it; "": anonymous */
};

/* Parses a LINE of maps, without its newline. -EBADMSG if it is invalid. */
int process_mapping_parse(char *line, struct process_mapping *ret);

/* Converts the kernel's "\012" back to a newline (maps escape nothing else), cuts " (deleted)" off;
 * returns whether it was there. In place. */
bool process_path_unescape(char *path);

#define PROCESS_NODES_MAX 64

struct process_nodes {
        uint64_t start; /* the mapping's address */
        bool huge;      /* pages of a pool */
        uint64_t page_size;
        unsigned n;
        struct {
                unsigned node;
                uint64_t pages; /* of page_size */
        } nodes[PROCESS_NODES_MAX];
};

/* Parses a LINE of numa_maps, without its newline. -EBADMSG if it is invalid. */
int process_nodes_parse(char *line, struct process_nodes *ret);
