/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that could not be taken down is closed, but who may use its regions still gets to those that
 * are left: the ways in which clients end their processes lead through them. */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Lets those whom the mode of a live mount lets in pass through the base directory, which stays root's:
 * they can neither list it nor make anything in it, and nobody else gets in. Mount points with nothing
 * mounted are closed by themselves. Does nothing where nothing is mounted any more, or the file system
 * has no access control lists. */
void way_in_open(const struct ledger_domain *domain);

/* Whether an earlier attempt has left it so. It is closed then as far as it must be, and an attempt that
 * may fail as that one did does not shut those out again meanwhile. */
bool way_in_is_open(const struct ledger_domain *domain);
