/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A page type is a name that each domain gives to a size. The default sizes differ by architecture; nothing else
 * in the sources writes them down. What works on pools takes a size (page-size.h). */

#include <stdbool.h>
#include <stdint.h>

/* The types whose pages live in a pool, by size. A new one is a row here, its size in page-type.c, its key in
 * conf/keys/keys.c; all else goes over the types. */
#define POOL_TYPES(X)       \
        X(HUGE, huge, Huge) \
        X(GIGANTIC, gigantic, Gigantic)

/* clang-format off */
enum page_type {
        PAGE_NORMAL,
#define X(type, name, key) PAGE_##type,
        POOL_TYPES(X)
#undef X
        N_PAGE_TYPES,
        PAGE_LARGEST = N_PAGE_TYPES - 1,
};
/* clang-format on */

/* "normal", "huge", "gigantic". */
const char *page_type_name(enum page_type type);

/* The inverse of page_type_name(); -EINVAL for any other text. */
int page_type_from_name(const char *name);

/* The default size of such a page on this machine, in bytes; 0 if its architecture has none. */
uint64_t page_type_size(enum page_type type);

/* The same where uname(2) says MACHINE, and base pages have BASE bytes. */
uint64_t page_type_size_on(const char *machine, uint64_t base, enum page_type type);

/* The largest block of memory that the kernel's allocator hands out, in bytes; and where uname(2) says MACHINE. */
uint64_t page_block_size(void);
uint64_t page_block_size_on(const char *machine, uint64_t base);

/* The name of the mount's directory in a domain: ".normal", ".huge", ".gigantic". */
const char *page_type_directory(enum page_type type);

/* Whether pages of this type live in a hugetlb pool. */
static inline bool page_type_has_pool(enum page_type type)
{
        return type != PAGE_NORMAL;
}

/* For each type of pages in a pool, the largest first: smaller ones break up what larger ones need. */
#define for_each_pool_type(type)                              \
        for (enum page_type type = N_PAGE_TYPES; type-- > 0;) \
                if (!page_type_has_pool(type))                \
                        continue;                             \
                else

/* The key that declares such pages in a domain's section, without "=": "Huge". */
const char *page_type_key(enum page_type type);

/* The key that declares their size, "HugeSize"; NULL for normal pages. */
const char *page_type_size_key(enum page_type type);

/* The key that declares another place of their mount, "HugePath". */
const char *page_type_place_key(enum page_type type);

/* The types with a pool, for messages: "huge or gigantic". */
const char *page_type_pool_names(void);
