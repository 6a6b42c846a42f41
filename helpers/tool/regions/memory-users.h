/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Processes, and the huge pages that they have outside the domains. */

#include "helpers/tool/regions/regions.h"

/* Kinds of huge pages outside the domains' mounts. */
enum memory_kind {
        MEMORY_ANONYMOUS, /* mmap(MAP_HUGETLB) */
        MEMORY_MEMFD,     /* memfd_create(MFD_HUGETLB) */
        MEMORY_SYSV,      /* shmget(SHM_HUGETLB) */
        MEMORY_FILE,      /* a file on a mount that belongs to no domain */
        MEMORY_UNSEEN,    /* the process has some that we may not examine */
};

/* "anonymous", "memfd", "sysv", "file", "unseen". */
const char *memory_kind_name(enum memory_kind kind);

/* Anonymous memory of one process and page size is one use, and so are the files that it has of one
 * mount; a memfd or segment is one each. */
struct memory_use {
        uint32_t process;
        enum memory_kind kind;
        char *name; /* of the memfd, the SysV segment (its key), the first file; NULL: none */
        unsigned n_files;
        dev_t device;
        ino_t inode;        /* a SysV segment's is its shmid */
        uint64_t page_size; /* bytes; 0: unknown */
        uint64_t mapped;    /* bytes of address space; 0: open, not mapped */
        uint64_t allocated; /* bytes of pages, as far as the process shows them */
        struct node_pages_list nodes;
};

/* A process that has at least one use. */
struct memory_process {
        pid_t pid;
        uid_t uid;
        char *command;
};

struct memory_users {
        struct memory_process *processes;
        size_t n_processes, processes_room;
        struct memory_use *uses; /* by process */
        size_t n_uses, uses_room;
        size_t n_unseen; /* processes of others that we may not examine */
};

void memory_users_done(struct memory_users *users);

#define _cleanup_memory_users_ _cleanup_(memory_users_done)
