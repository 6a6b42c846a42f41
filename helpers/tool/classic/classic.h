/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The domain that the verbs of the replaced script act on: the one at FD_SHMEM_PATH. In the ledger
 * it is named "_" and its escaped path, which no declared domain can be named. */

#include "basic/cleanup.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/common/tool.h"

struct classic {
        const struct machine *machine;
        char *path; /* absolute, canonical: the existing part contains no links */
        char *name; /* "_mnt-.fd" */
        int lock;   /* of this domain in the ledger; -1: not taken */
};

#define CLASSIC_NULL       \
        {                  \
                .lock = -1 \
        }

/* The canonical form of PATH, which may exist only in part; a relative path is refused. Errors are
 * logged. Caller frees. */
int classic_canonical_path(const char *path, char **ret);

/* The ledger's name for the canonical PATH; -ENAMETOOLONG, logged. Pure; caller frees. */
int classic_domain_name(const char *path, char **ret);

/* Resolves TOOL->path, and takes the domain's lock. Errors are logged. */
int classic_open(const struct tool *tool, struct classic *ret);
/* Removes the lock file if the ledger has no other record of the domain. */
void classic_close(struct classic *classic);

#define _cleanup_classic_ _cleanup_(classic_close)

/* Takes the lock of the pools of TYPE; says so if it has to wait for it. Returns the descriptor,
 * which the caller closes; errors are logged. */
int classic_lock_pools(const struct tool *tool, enum page_type type);

/* The relation of two canonical paths. */
enum path_relation {
        PATHS_APART,
        PATHS_EQUAL,
        PATH_INSIDE, /* the first lies in the second */
        PATH_AROUND, /* the second lies in the first */
};
enum path_relation classic_relate(const char *a, const char *b);

/* Refuses (-EBUSY, logged, with advice) if a domain other than NAME is up at PATH, inside or around
 * it. ONLY_EQUAL: only at PATH itself matters. */
int classic_check_others(const struct tool *tool, const struct classic *classic, bool only_equal);

/* The domain other than NAME that is up at PATH; -ENOENT: none is. */
int classic_find_declared(const struct tool *tool, const struct classic *classic,
                          struct ledger_domain *ret);

/* How messages name a domain in the ledger: fd-shmem@D.target, or the path of a domain made by
 * init. */
int classic_describe(const struct ledger_domain *domain, char **ret);
