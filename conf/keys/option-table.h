/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount options that the file systems of domains take (mm/shmem.c: shmem_fs_parameters,
 * fs/hugetlbfs/inode.c: hugetlb_fs_parameters), and those of mount(8), which any file system takes. */

#include <stddef.h>

#include "basic/words/page-type.h"

enum {
        OPTION_TMPFS = 1 << 0,
        OPTION_HUGETLBFS = 1 << 1,
};

/* The file system of a mount of TYPE, as one of these. */
static inline unsigned option_file_system(enum page_type type)
{
        return page_type_has_pool(type) ? OPTION_HUGETLBFS : OPTION_TMPFS;
}

/* The file systems that take an option of the name of OPTION, which has LENGTH bytes and perhaps a value.
 * 0: it is in no table. */
unsigned option_file_systems(const char *option, size_t length);

/* The kernel that the option needs, such as "6.4"; NULL: any that fd-shmem runs on. */
const char *option_kernel(const char *option, size_t length);

/* Checks that FILE_SYSTEM takes the option with its value. -EINVAL, and *RET_REASON is a human-readable
 * phrase, which the caller frees; -ENOMEM. */
int option_check(const char *option, size_t length, unsigned file_system, char **ret_reason);

/* Why the option cannot be set by any key; NULL: it can. */
const char *option_refusal(const char *option, size_t length);
