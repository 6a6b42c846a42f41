/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/page-type.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/size.h"

static const struct {
        const char *name;
        const char *key;
        const char *directory;
} page_types[N_PAGE_TYPES] = { [PAGE_NORMAL] = { "normal", "Normal", ".normal" },
#define X(type, name, key) [PAGE_##type] = { #name, #key, "." #name },
                               POOL_TYPES(X)
#undef X
};

/* With 4 KiB base pages: a page middle directory entry maps "huge", a page upper directory entry
 * maps "gigantic". Documentation/admin-guide/mm/hugetlbpage.rst, arch/.../hugetlbpage.c. An architecture
 * that is not here has none. */
static const struct {
        const char *mount;
        uint64_t bytes;
} sizes[N_PAGE_TYPES] = {
        [PAGE_NORMAL] = { NULL, 4 * KIB },
#if defined(__s390x__)
        [PAGE_HUGE] = { "1M", 1 * MIB },
        [PAGE_GIGANTIC] = { "2048M", 2 * GIB },
#elif defined(__x86_64__) || defined(__aarch64__) || defined(__riscv) || defined(__powerpc64__)
        [PAGE_HUGE] = { "2M", 2 * MIB },
        [PAGE_GIGANTIC] = { "1024M", 1 * GIB },
#endif
};

const char *page_type_name(enum page_type type)
{
        return page_types[type].name;
}

int page_type_from_name(const char *name)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (strcmp(name, page_types[type].name) == 0)
                        return type;

        return -EINVAL;
}

const char *page_type_key(enum page_type type)
{
        return page_types[type].key;
}

const char *page_type_pool_names(void)
{
        static char names[64];
        size_t length = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (page_type_has_pool(type))
                        length +=
                                (size_t) snprintf(names + length, sizeof(names) - length, "%s%s",
                                                  length > 0 ? " or " : "", page_types[type].name);
        return names;
}

uint64_t page_type_size(enum page_type type)
{
        return sizes[type].bytes;
}

const char *page_type_directory(enum page_type type)
{
        return page_types[type].directory;
}

const char *page_type_mount_size(enum page_type type)
{
        return sizes[type].mount;
}
