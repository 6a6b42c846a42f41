/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of the ledger's records (record-text.h says what they have in common). Pure functions but
 * for the messages. BOOT is the boot of now. */

#include "helpers/modules/ledger/ledger.h"

/* The caller frees *RET. */
int ledger_format_reservation(const struct ledger_reservation *reservation, const char *boot,
                              char **ret);
int ledger_format_baseline(const struct ledger_baseline *baseline, const char *boot, char **ret);
int ledger_format_domain(const struct ledger_domain *domain, const char *boot, char **ret);

/* Parse TEXT, which they destroy. Whatever is not understood is logged with NAME and the line, and is
 * -EBADMSG, a newer version -EPROTONOSUPPORT: a record that is misread would give away what is
 * others'. A reservation or a baseline of another boot is -ENOENT. */
int ledger_parse_reservation(char *text, const char *name, const char *boot, const char *domain,
                             enum page_type type, struct ledger_reservation *ret);
int ledger_parse_baseline(char *text, const char *name, const char *boot, enum page_type type,
                          struct ledger_baseline *ret);
int ledger_parse_domain(char *text, const char *name, const char *boot, const char *domain,
                        struct ledger_domain *ret);
