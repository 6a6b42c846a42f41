/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The account of one node's pool (account.h), over the lines of all domains. */

#include "helpers/modules/holdings/holdings.h"

/* Enters in CLAIMS, and in the record of the domain that ACTS (in CLAIMS, a copy of one there, or a new
 * one; NULL: none does), that the pool of NODE has PERSISTENT pages. Where pages are gone, the acting
 * domain bears the loss first. Pure, but for -ENOMEM (logged). */
int holdings_judge(struct holdings *holdings, const struct ledger_reservation *acting,
                   unsigned node, uint64_t persistent);
