/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The files of many processes. */

#include "helpers/modules/holders/holder.h"

/* A mount namespace, as it matters for files that are open in it. */
enum namespace_kind {
        NAMESPACE_OTHER,
        NAMESPACE_FOLLOWS, /* it has no mount that an unmount in our namespace does not see */
        NAMESPACE_STRANGE, /* of a user without access */
};

struct holder_candidate {
        pid_t pid;
        ino_t namespace;
        bool stranger;
        enum namespace_kind kind;
};

/* Adds to LIST those of the candidates that hold files of the targets: first those that may have reached
 * the domain themselves, in full; then the others, within BUDGET. Changes the candidates' order. */
int holder_files_search(const struct holder_search *search, struct holder_candidate *candidates,
                        size_t n_candidates, unsigned *budget, struct holder_list *list);
