/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of the ledger's records (record-text.h says what they have in common). Pure functions but for
 * the messages. BOOT is the current boot. */

#include <stdio.h>

#include "helpers/modules/ledger/records.h"

/* The lines between those that record_format() writes. */
void ledger_write_reservation(FILE *f, const void *reservation);
void ledger_write_baseline(FILE *f, const void *baseline);
void ledger_write_domain(FILE *f, const void *domain);

/* Parse TEXT, which they destroy. Lines that cannot be parsed are logged with NAME and the line, and the
 * result is -EBADMSG; a newer version is -EPROTONOSUPPORT: a misread record could release others' pages.
 * A reservation or a baseline of another boot is -ENOENT. */
int ledger_parse_reservation(char *text, const char *name, const char *boot, const char *domain,
                             enum page_type type, struct ledger_reservation *ret);
int ledger_parse_baseline(char *text, const char *name, const char *boot, struct page_size size,
                          struct ledger_baseline *ret);

/* The page size of a reservation of TYPE, also of one that is damaged otherwise: a bad record stops what is done to
 * its pool, and nothing else. */
struct page_size ledger_reservation_text_size(const char *text, enum page_type type);

int ledger_parse_domain(char *text, const char *name, const char *boot, const char *domain,
                        struct ledger_domain *ret);
