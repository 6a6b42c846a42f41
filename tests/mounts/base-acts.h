/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Actions and checks for tests of base directories, in the scratch directory. */

#include <sys/types.h>

#include "helpers/modules/base/base.h"
#include "helpers/modules/base/removal.h"
#include "tests/mounts/scratch.h"

/* A request for mounts of normal and huge pages. Its copy of PATH is valid until two more calls. */
struct base_request request(const char *path);

/* As base_record_new() and base_record_renew(), with the mounts of now. */
int claim(const struct base_request *r, struct ledger_domain *ret);
int reclaim(const struct base_request *r, struct ledger_domain *record);

/* As base_make(), with the mounts of now and a ledger of its own; make() must succeed. */
int try_make(struct ledger_domain *record, bool again);
void make(struct ledger_domain *record);

/* Decides about scratch directory "base" and makes it, both of which must succeed; returns the request. */
struct base_request make_base(struct ledger_domain *record);

/* As removal_run(), which names a mount if, and only if, one is in the way. */
int run_removal(const struct ledger_domain *record);

/* Puts a domain into the state after a reboot: no mounts, no ledger, only the files on disk. */
void forget(struct ledger_domain *record);

/* Runs COMMAND in the scratch directory. */
void shell(const char *command);

void assert_mode(const char *path, uid_t uid, mode_t mode);

/* NAME in the scratch directory is not taken: ERROR, and a message with WORD in it. */
void refuse(const char *name, int error, const char *word);
