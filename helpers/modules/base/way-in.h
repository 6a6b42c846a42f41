/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that could not be taken down is closed, but users who may use its regions can still reach the
 * remaining ones: clients need them to end their processes. */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Lets users with access to a live mount, according to its mode, pass through the base directory, which
 * stays owned by root: they can neither list it nor make anything in it, and nobody else gets in. Mount
 * points with nothing mounted on them are already closed. Does nothing where nothing is mounted any more,
 * or the file system has no access control lists. */
void way_in_open(const struct ledger_domain *domain);

/* Whether an earlier attempt has left it so. Then the directory is already sufficiently closed, and a
 * further attempt, which may fail as well, does not lock these users out in the meantime. */
bool way_in_is_open(const struct ledger_domain *domain);
