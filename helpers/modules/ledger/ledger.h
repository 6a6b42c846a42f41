/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ledger, /run/fd-shmem: the pages that fd-shmem added to each pool for each domain, and the
 * directories that it made. All code that releases pages or removes directories relies on it alone to
 * know which are ours. Plain text files, replaced atomically, so that a program killed at any moment
 * leaves either the old or the new record:
 *
 *   reservation/DOMAIN:TYPE   one line per node
 *   baseline/SIZE             what the pools hold for others, one line per node
 *   domain/DOMAIN             base directory, what we made, what we will mount
 *   handover/DOMAIN           what was handed to the owner (handover-record.h)
 *   leftover/DOMAIN           present while a teardown is under way or unfinished
 *   setting/SIZE              kernel settings changed for a moment (settings.h)
 *   lock-SIZE, lock-domain-DOMAIN, lock-settings   locks (lock.h)
 *   spare, new-PID            a record in the writing (ledger-file.c)
 *
 * SIZE is a page size as page_size_name() has it, "huge" and "gigantic" for the defaults.
 *
 * All functions return negative errno and have logged the reason, but for -ENOENT of the load functions.
 * A record that is truncated or cannot be parsed is -EBADMSG, one of a newer program -EPROTONOSUPPORT;
 * either is left unchanged. Each has a version and the boot it was written in (record-text.h). To give
 * struct ledger_domain a further key, add a row in domain-text.c. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/lock.h"
#include "helpers/modules/ledger/records.h"

/* -ENOENT: none, or one of another boot, whose pages are gone with it. */
int ledger_load_reservation(const struct machine *machine, const char *domain, enum page_type type,
                            struct ledger_reservation *ret);
int ledger_store_reservation(const struct machine *machine,
                             const struct ledger_reservation *reservation);

/* The page size of the record, or the default of TYPE if there is none. */
struct page_size ledger_reservation_size(int state, const char *domain, enum page_type type);

/* The baseline is removed with the last reservation in the pool. */
int ledger_remove_reservation(int state, const char *domain, enum page_type type);
int ledger_count_reservations(int state, struct page_size size, size_t *ret);

/* All reservations of pages of SIZE, every domain; the caller frees with ledger_reservations_free(). One bad
 * record fails the whole call: otherwise, its pages might be mistaken for free ones. */
int ledger_list_reservations(const struct machine *machine, struct page_size size,
                             struct ledger_reservation **ret, size_t *ret_n);

int ledger_load_baseline(const struct machine *machine, struct page_size size,
                         struct ledger_baseline *ret); /* -ENOENT: none, or of another boot */
int ledger_store_baseline(const struct machine *machine, const struct ledger_baseline *baseline);
int ledger_remove_baseline(int state, struct page_size size);

int ledger_load_domain(const struct machine *machine, const char *name,
                       struct ledger_domain *ret); /* -ENOENT: none */
int ledger_store_domain(const struct machine *machine, const struct ledger_domain *domain);
int ledger_remove_domain(int state, const char *name);             /* and that of its handover */
int ledger_list_names(int state, const char *folder, char ***ret); /* the same of another folder */
int ledger_list_domains(int state,
                        char ***ret); /* NULL-ended; the caller frees each and the array */

/* The flag that a teardown sets first and clears last; a reservation in progress gives up when it is set.
 * Setting it is best effort: a stop does not fail because of it. */
int ledger_mark_leftover(int state, const char *domain);
int ledger_clear_leftover(int state, const char *domain);
bool ledger_is_leftover(int state, const char *domain);

/* Enters in the flag why the teardown is unfinished. Returns whether the same reason was there already:
 * several programs try in turn, and only the first one reports it. */
bool ledger_tell_leftover(int state, const char *domain, const char *why);

/* Makes in the state directory what a stop needs there, when the domain starts: /run may be full by then.
 * Best effort. */
void ledger_make_ready(int state);
