/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ledger, /run/fd-shmem: what fd-shmem added to which pool for which domain, and what it made on
 * the file system. Everything that gives back or removes reads it; nothing else decides what is
 * ours. Plain text files, replaced atomically, so that a program killed at any moment leaves either
 * the old or the new truth:
 *
 *   reservation/DOMAIN:TYPE   one line per node
 *   baseline/TYPE             what the pools hold for others, one line per node
 *   domain/DOMAIN             base directory, what we made, what we will mount
 *   handover/DOMAIN           what was handed to the owner (handover-record.h)
 *   leftover/DOMAIN           present while a teardown is under way or unfinished
 *   setting/TYPE              kernel settings changed for a moment (settings.h)
 *   lock-TYPE, lock-domain-DOMAIN, lock-settings   locks (lock.h)
 *   spare, new-PID            a record in the writing (ledger-file.c)
 *
 * All functions return negative errno and have logged the reason, but for -ENOENT of the load
 * functions. A record that is cut off or not understood is -EBADMSG, one of a newer program
 * -EPROTONOSUPPORT; either is left as it is. Each has a version and the boot it was written in
 * (record-text.h). To give struct ledger_domain a further key, add a row in domain-text.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/lock.h"

struct ledger_node {
        unsigned node;
        uint64_t asked;   /* pages the domain was declared to have here */
        uint64_t adopted; /* of those, pages that were there already and are counted as its own */
        uint64_t added;   /* pages that we put into the pool, and will take out again */
        /* Of the added pages, those that were others' surplus: in use by them, so not the domain's. The
         * kernel makes such pages persistent before it makes new ones. */
        uint64_t converted;
        /* A write that was announced and not yet settled: the pool's persistent number before, and the
         * number asked of the kernel; lower than BEFORE when pages were being given back. */
        bool pending;
        uint64_t before;
        uint64_t target;
        uint64_t surplus; /* before the write */
        /* Of the adopted and added pages, those that turned out to be gone when the record was read. Not
         * in the text. */
        uint64_t lost;
};

struct ledger_reservation {
        char *domain;
        enum page_type type;
        bool release;              /* give the added pages back at teardown */
        bool take_less;            /* go on with fewer pages than asked for */
        struct ledger_node *nodes; /* ascending */
        size_t n_nodes;
};

/* What tells a directory from any other that may stand in its place, now or at another boot: a copy has
 * another inode, and an inode number that is used again another time of birth (0 where the file system
 * keeps none). */
struct ledger_identity {
        bool known;
        uint64_t inode;
        int64_t birth; /* seconds */
        uint32_t birth_nsec;
};

/* What the pools of TYPE hold for others than fd-shmem: see pools/account.h. A node that no domain has
 * pages on has no line. */
struct ledger_baseline_node {
        unsigned node;
        uint64_t others;
};

struct ledger_baseline {
        enum page_type type;
        struct ledger_baseline_node *nodes; /* ascending */
        size_t n_nodes;
};

/* What tells one mount from every other; helpers/modules/base/mount-identity.h reads it. 0: not
 * known. */
struct ledger_mount_id {
        uint64_t mark;   /* of the file system */
        uint64_t unique; /* of the mount */
};

struct ledger_domain {
        char *name;
        char *path;                     /* canonical base directory */
        struct ledger_identity base_id; /* not known: the base is still to be made */
        bool base_made; /* we created it; else it existed, empty, and these are to be restored: */
        uid_t base_uid;
        gid_t base_gid;
        mode_t base_mode;
        char **parents_made; /* directories above it that we created, deepest first, NULL-ended */
        bool mount[N_PAGE_TYPES]; /* mounts at base/.TYPE that are ours to unmount */
        /* Written in another boot: the directories may still be there, no mount is. Not in the text. */
        bool of_other_boot;
        /* What is mounted at base/.TYPE, as it was when it was handed over. */
        struct ledger_mount_id mount_id[N_PAGE_TYPES];
};

/* -ENOENT: none, or one of another boot, whose pages are gone with it. */
int ledger_load_reservation(const struct machine *machine, const char *domain, enum page_type type,
                            struct ledger_reservation *ret);
int ledger_store_reservation(const struct machine *machine,
                             const struct ledger_reservation *reservation);

/* With the last reservation of TYPE goes the baseline. */
int ledger_remove_reservation(int state, const char *domain, enum page_type type);
int ledger_count_reservations(int state, enum page_type type, size_t *ret);

/* All reservations of TYPE, every domain; the caller frees with ledger_reservations_free(). One bad
 * record fails the whole: what it accounts for might be taken for free otherwise. */
int ledger_list_reservations(const struct machine *machine, enum page_type type,
                             struct ledger_reservation **ret, size_t *ret_n);

int ledger_load_baseline(const struct machine *machine, enum page_type type,
                         struct ledger_baseline *ret); /* -ENOENT: none, or of another boot */
int ledger_store_baseline(const struct machine *machine, const struct ledger_baseline *baseline);
int ledger_remove_baseline(int state, enum page_type type);

/* The node's line, or NULL; and the same, with a new line (zeros) made in its place. NULL: out of
 * memory. */
struct ledger_baseline_node *ledger_baseline_node(const struct ledger_baseline *baseline,
                                                  unsigned node);
struct ledger_baseline_node *ledger_baseline_make(struct ledger_baseline *baseline, unsigned node);

int ledger_load_domain(const struct machine *machine, const char *name,
                       struct ledger_domain *ret); /* -ENOENT: none */
int ledger_store_domain(const struct machine *machine, const struct ledger_domain *domain);
int ledger_remove_domain(int state, const char *name);             /* and that of its handover */
int ledger_list_names(int state, const char *folder, char ***ret); /* the same of another folder */
void ledger_names_free(char **names);
int ledger_list_domains(int state,
                        char ***ret); /* NULL-ended; the caller frees each and the array */

/* The flag that a teardown raises first and lowers last; a reservation in progress gives up. Raising it
 * is best effort: a stop does not fail for it. */
int ledger_mark_leftover(int state, const char *domain);
int ledger_clear_leftover(int state, const char *domain);
bool ledger_is_leftover(int state, const char *domain);

/* Enters in the flag why the teardown is unfinished. Whether that is what it says already: several
 * programs try one after the other, and one of them tells people. */
bool ledger_tell_leftover(int state, const char *domain, const char *why);

/* Makes in the state directory what a stop needs there, when the domain starts: /run may be full by the
 * time. Best effort. */
void ledger_make_ready(int state);

void ledger_reservation_done(struct ledger_reservation *reservation);
void ledger_reservations_free(struct ledger_reservation *reservations, size_t n);
void ledger_baseline_done(struct ledger_baseline *baseline);
void ledger_domain_done(struct ledger_domain *domain);

#define _cleanup_reservation_   _cleanup_(ledger_reservation_done)
#define _cleanup_ledger_domain_ _cleanup_(ledger_domain_done)
