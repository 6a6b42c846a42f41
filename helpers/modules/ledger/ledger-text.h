/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of the ledger's records. A record is lines of "key=value" and ends with the line "end",
 * so that a truncated one is known for what it is. Pure functions but for the messages. */

#include "helpers/modules/ledger/ledger.h"

/* The caller frees *RET. */
int ledger_format_reservation(const struct ledger_reservation *reservation, char **ret);
int ledger_format_domain(const struct ledger_domain *domain, char **ret);

/* Parse TEXT, which they destroy. Whatever is not understood is logged with NAME and the line, and is
 * -EBADMSG: a record that is misread would give away what is others'. */
int ledger_parse_reservation(char *text, const char *name, const char *domain, enum page_type type,
                             struct ledger_reservation *ret);
int ledger_parse_domain(char *text, const char *name, const char *domain,
                        struct ledger_domain *ret);
