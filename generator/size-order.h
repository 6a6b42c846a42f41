/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The order of reservations: the largest pages of all domains of a phase first, because a single smaller page inside
 * a range makes it unusable for a larger one. Between two sizes there is an ordering point; the one after the
 * default size of gigantic pages is a static unit, the others are generated. */

#include "basic/words/page-size.h"
#include "basic/words/unit-table.h"
#include "conf/keys/model.h"
#include "generator/text/output.h"
#include "generator/text/unit-vars.h"

struct size_order {
        enum phase phase;
        struct page_size sizes[64]; /* the largest first */
        unsigned n;
};

/* The sizes that good domains of the PHASE reserve, and the default one of gigantic pages. */
void size_order_make(const struct config *config, enum phase phase, struct size_order *ret);

/* Sets the ordering points before and after a reservation of pages of SIZE. */
void size_order_set(const struct size_order *order, struct page_size size, struct values *values);

/* Writes the ordering points that are not static units, and what orders the static one. Logs failures. */
int size_order_write(const struct output *output, const struct size_order *order);
