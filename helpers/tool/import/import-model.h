/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What was found of huge pages and their mounts, before it is written as a configuration. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/tool/common/tool.h"

/* Counts that are not for one node: the kernel spreads them. */
#define NODE_ANY (-1)

struct import_pages {
        struct page_size size;
        int node;
        uint64_t count;
        char *where; /* "/etc/sysctl.d/x.conf:3: vm.nr_hugepages=512" */
};

struct import_mount {
        struct page_size size;
        char *path;
        char *user, *group, *mode; /* NULL: not said */
        char *claim; /* min_size=, in bytes or with a suffix; NULL: it claims nothing */
        char *where;
};

struct import {
        struct import_pages *pages;
        size_t n_pages, pages_room;
        struct import_mount *mounts;
        size_t n_mounts, mounts_room;
        char **left; /* what is not carried over, and why */
        size_t n_left;
        char **old; /* what is to be removed when the configuration is used */
        size_t n_old;
};

/* Notes COUNT pages of SIZE on NODE: what the kernel is told so last counts. For all nodes together, it replaces
 * what was said for each of them, and the other way round; that is noted. WHERE says who says so. All functions here:
 * negative errno, logged. */
int import_pages(struct import *import, struct page_size size, int node, uint64_t count,
                 const char *where) __attribute__((nonnull));

/* The same with the number, and the NODE (NULL: all of them), as text; what is no number is noted. */
int import_count(struct import *import, struct page_size size, const char *node, const char *count,
                 const char *where);

/* Notes a mount of a hugetlbfs at PATH with those OPTIONS ("pagesize=2M,uid=5,size=1G"). Options that a domain does
 * not have are noted. */
int import_mount(struct import *import, const char *path, const char *options, const char *where);

/* Notes that WHERE cannot be carried over, and WHY. */
int import_left(struct import *import, const char *where, const char *why);

/* Notes that WHERE does what the configuration will do. */
int import_old(struct import *import, const char *where);

/* Notes what can only be known when all is there: claims of pages that another mount's domain has. */
int import_finish(struct import *import);

/* Whether the mount with that number is the first of its size, whose domain has the pages. */
bool import_mount_has_pages(const struct import *import, size_t at);

void import_done(struct import *import);

#define _cleanup_import_ _cleanup_(import_done)

/* The sources. ROOT is the directory below which files are read. RUNNING: the machine itself says what there is, and
 * these only say what is to be removed. */
int import_from_machine(const struct tool *tool,
                        struct import *import); /* pools and mounts, as they are */
int import_from_command_line(int root, bool running, struct import *import);
int import_from_lines(int root, bool running, struct import *import); /* sysctl.d, tmpfiles.d */
int import_from_scripts(int root, bool running, struct import *import);
int import_from_fstab(int root, bool running, struct import *import);
int import_from_units(int root, bool running, struct import *import);
int import_from_report(const char *file,
                       struct import *import); /* Firedancer's, of the memory it needs */

/* Prints the configuration; *RET_DOMAINS: how many there are. -ENOMEM, logged. */
int import_print(const struct import *import, FILE *out, size_t *ret_domains);
