/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Explains why the kernel allocates no more pages. */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

/* Why MISSING pages could not be allocated, and what to do: "memory is fragmented: ...". Caller frees. */
int explain_shortage(const struct machine *machine, unsigned node, struct page_size size,
                     uint64_t missing, char **ret);
