/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount table by libmount, and what a domain wants to know of it. */

#include <stdbool.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/page-type.h"

struct libmnt_table;

/* What is mounted, topmost, exactly at one path. */
struct mount_info {
        int id;
        dev_t device;
        char *source;
        char *fstype;
        char *fs_options; /* the file system's own: "rw,pagesize=2M,min_size=4194304" */
        char *vfs_options;
};

/* Parses procfs/self/mountinfo (or a fixture: any mountinfo file at PATH below DIRFD). The caller
 * releases *RET by mount_table_unref(). */
int mount_table_read(int dirfd, const char *path, struct libmnt_table **ret);
void mount_table_unref(struct libmnt_table *table);

/* -ENOENT: nothing is mounted exactly there. The caller releases RET by mount_info_done(). */
int mount_table_at(struct libmnt_table *table, const char *path, struct mount_info *ret);

/* Whether anything is mounted below PATH (not at it); *RET_PATH (may be NULL) names one, the caller
 * frees it. */
bool mount_table_below(struct libmnt_table *table, const char *path, char **ret_path);

/* Whether INFO is the kind of file system that a domain's mount of TYPE is: tmpfs for normal,
 * hugetlbfs with the page size for the others. */
bool mount_info_matches(const struct mount_info *info, enum page_type type);

void mount_info_done(struct mount_info *info);

DEFINE_TRIVIAL_CLEANUP(struct libmnt_table *, mount_table_unref)

#define _cleanup_mount_table_ _cleanup_(mount_table_unrefp)
#define _cleanup_mount_info_  _cleanup_(mount_info_done)
