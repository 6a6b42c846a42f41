/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which settings do not suit the pages of the domains. Only what is certain is said. */

#include <stddef.h>

#include "basic/words/page-type.h"
#include "conf/keys/model.h"
#include "helpers/tool/settings/page-settings.h"

/* Pages of one domain, of all sizes together. */
struct domain_pages {
        const char *name;
        uint64_t pages;
        uint64_t bytes;
};

/* Pages of TYPE that DOMAIN asks for on all nodes, as far as it is known without the machine; else 0. */
uint64_t page_hints_declared(const struct domain *domain, enum page_type type);

/* Bytes that BYTES of huge pages would need less with vm.hugetlb_optimize_vmemmap=1. */
uint64_t page_hints_saving(uint64_t bytes);

/* Sets *RET to the line that says so, freed by the caller; to NULL if the kernel does it already, cannot, or
 * would save less than AT_LEAST bytes. -ENOMEM. */
int page_hints_vmemmap(const struct page_settings *settings, uint64_t bytes, uint64_t at_least,
                       char **ret);

/* Adds a line for each setting that does not suit the N domains to the list *RET (basic/string-list.h), which
 * the caller frees in any case. -ENOMEM. */
int page_hints_find(const struct page_settings *settings, const struct domain_pages *domains,
                    size_t n, char ***ret);
