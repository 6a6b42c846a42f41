/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount table, as libmount parses it. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

struct libmnt_table;

/* A line of mountinfo (proc_pid_mountinfo(5)), decoded. No string is NULL. */
struct mount_entry {
        int id;
        int parent_id;
        dev_t device;
        const char *root; /* the directory of the file system that is mounted, "/" for all of it */
        const char *target; /* the mount point */
        const char *source;
        const char *fstype;
        const char *fs_options; /* the file system's own: "rw,pagesize=2M,min_size=4194304" */
        const char *vfs_options;
        const char *optional_fields; /* "shared:4 master:1" */
};

struct mount_table {
        struct mount_entry *entries; /* in the order of mounting */
        size_t n;
        struct libmnt_table *parsed; /* which has the strings */
};

/* Parses procfs/self/mountinfo (or a fixture: any mountinfo file at PATH below DIRFD). The caller
 * releases *RET by mount_table_free(), and with it all entries. */
int mount_table_read(int dirfd, const char *path, struct mount_table **ret);
/* The same of our own mount namespace; errors are logged. */
int mount_table_load(const struct machine *machine, struct mount_table **ret);

void mount_table_free(struct mount_table *table);

/* The topmost mount exactly at PATH; NULL: nothing is mounted there. */
const struct mount_entry *mount_table_at(const struct mount_table *table, const char *path);

/* A mount below PATH, not at it; NULL: there is none. */
const struct mount_entry *mount_table_below(const struct mount_table *table, const char *path);

/* The mount that ENTRY is mounted on; NULL: the table does not show it, as for the root of a namespace. */
const struct mount_entry *mount_table_parent(const struct mount_table *table,
                                             const struct mount_entry *entry);

/* Whether ENTRY is the kind of file system that a domain's mount of TYPE is: tmpfs for normal, hugetlbfs for
 * the others. */
bool mount_entry_is_kind(const struct mount_entry *entry, enum page_type type);

/* The size of the pages in a hugetlbfs; 0 bytes of another file system. */
struct page_size mount_entry_page_size(const struct mount_entry *entry);

/* Whether it is the kind, and a hugetlbfs has pages of SIZE. */
bool mount_entry_matches(const struct mount_entry *entry, enum page_type type,
                         struct page_size size);

DEFINE_TRIVIAL_CLEANUP(struct mount_table *, mount_table_free)

#define _cleanup_mount_table_ _cleanup_(mount_table_freep)
