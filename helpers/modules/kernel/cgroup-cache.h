/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The page cache by control group: kernels without nodeN/reclaim can free a limited number of bytes only
 * there (Documentation/admin-guide/cgroup-v2.rst: memory.reclaim, since 5.19). Unified hierarchy only. */

#include <stddef.h>
#include <stdint.h>

#include "helpers/modules/kernel/machine.h"

/* A top-level group, including its descendants. Bytes of file pages on the LRU lists. */
struct cgroup_cache {
        char *path; /* below machine->sysfs */
        uint64_t on_node;
        uint64_t total;
};

/* Those that have page cache on NODE. -ENOENT: there are none, or the kernel cannot reclaim it without
 * touching processes' memory. The caller frees. */
int cgroup_cache_list(const struct machine *machine, unsigned node, struct cgroup_cache **ret,
                      size_t *ret_n);

/* Frees about BYTES of the group's page cache on the node; if the group has page cache on other nodes as
 * well, more is freed in total. It may free less, or nothing: the node's own numbers show the result. */
void cgroup_cache_reclaim(const struct machine *machine, const struct cgroup_cache *group,
                          uint64_t bytes);

void cgroup_cache_free(struct cgroup_cache *groups, size_t n);
