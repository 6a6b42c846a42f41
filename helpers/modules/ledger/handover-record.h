/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state of a domain when it was handed to its owner, in handover/DOMAIN of the ledger: the owner, the
 * mode, and each mount. Nothing is released or removed based on it: it is the reference for detecting
 * later changes (drift/drift.h).
 *
 * The record is begun when the directories are prepared, and completed when the owner has everything:
 * in between the domain is starting. A domain that was started before there were such records has
 * none. All functions return negative errno and have logged the reason, but for -ENOENT of the load. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/words/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* DEVICE is reused immediately after a file system is gone; the root inode of a hugetlbfs comes from a
 * counter that runs on (fs/hugetlbfs/inode.c: get_next_ino()), that of a tmpfs is always 1. */
struct handover_mount {
        bool there;
        dev_t device;
        ino_t inode;
        char *options; /* the file system's own, as the kernel prints them */
};

/* The domain's pages in one pool. */
struct handover_pages {
        enum page_type type;
        unsigned node;
        uint64_t pages;
};

struct ledger_handover {
        bool complete;
        uid_t uid;
        gid_t gid;
        mode_t mode;
        struct handover_mount mount[N_PAGE_TYPES];
        struct handover_pages *pages;
        size_t n_pages;
};

/* -ENOMEM. */
int handover_add_pages(struct ledger_handover *handover, enum page_type type, unsigned node,
                       uint64_t pages);

/* -ENOENT: none, or one of another boot. */
int ledger_load_handover(const struct machine *machine, const char *domain,
                         struct ledger_handover *ret);
int ledger_store_handover(const struct machine *machine, const char *domain,
                          const struct ledger_handover *handover);
int ledger_remove_handover(int state, const char *domain); /* none is fine */

/* The texts of these records (record-text.h), written in BOOT; pure functions but for the messages.
 * Parsing destroys TEXT. The caller frees *RET. */
void handover_write(FILE *f, const void *record);
int handover_parse(char *text, const char *name, const char *boot, struct ledger_handover *ret);

void ledger_handover_done(struct ledger_handover *handover);

#define _cleanup_handover_ _cleanup_(ledger_handover_done)
