/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The account of one node's pool (account.h), over the lines of all domains. */

#include "helpers/modules/holdings/lines.h"

/* Enters in HOLDINGS, and in the record of the domain that ACTS (one of them, a copy of one, or a new
 * one; NULL: none does), that the pool of NODE has PERSISTENT pages. If pages are missing, the acting
 * domain loses them first. Pure, except for -ENOMEM (logged). */
int holdings_judge(struct holdings *holdings, const struct ledger_reservation *acting,
                   unsigned node, uint64_t persistent);
