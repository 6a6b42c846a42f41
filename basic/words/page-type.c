/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/page-type.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/size.h"

static const struct {
        const char *name;
        const char *key;
        const char *size_key;
        const char *place_key;
        const char *directory;
} page_types[N_PAGE_TYPES] = { [PAGE_NORMAL] = { "normal", "Normal", NULL, "NormalPath", ".normal" },
#define X(type, name, key) [PAGE_##type] = { #name, #key, #key "Size", #key "Path", "." #name },
                               POOL_TYPES(X)
#undef X
};

/* The sizes that a domain gets without HugeSize= and GiganticSize=, by architecture and base page: those of one
 * entry of a page middle directory (huge) and of the largest that every such machine has (gigantic).
 * Documentation/arch/arm64/hugetlbpage.rst; arch/x86/mm/hugetlbpage.c; arch/riscv/mm/hugetlbpage.c;
 * arch/powerpc/mm/hugetlbpage.c (with the radix MMU; the hash MMU has 16M and 16G, which its machines declare);
 * arch/s390/mm/hugetlbpage.c. An architecture that is not here has none unless they are declared. */
static const struct {
        const char *machine;
        uint64_t base;
        uint64_t
                block; /* the largest of the kernel's allocator: include/linux/mmzone.h, MAX_PAGE_ORDER */
        uint64_t size[N_PAGE_TYPES];
} defaults[] = {
        { "x86_64", 4 * KIB, 4 * MIB, { [PAGE_HUGE] = 2 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "aarch64", 4 * KIB, 4 * MIB, { [PAGE_HUGE] = 2 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "aarch64", 16 * KIB, 32 * MIB, { [PAGE_HUGE] = 32 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "aarch64", 64 * KIB, 512 * MIB, { [PAGE_HUGE] = 512 * MIB, [PAGE_GIGANTIC] = 16 * GIB } },
        { "riscv64", 4 * KIB, 4 * MIB, { [PAGE_HUGE] = 2 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "ppc64le", 4 * KIB, 4 * MIB, { [PAGE_HUGE] = 2 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "ppc64le", 64 * KIB, 16 * MIB, { [PAGE_HUGE] = 2 * MIB, [PAGE_GIGANTIC] = 1 * GIB } },
        { "s390x", 4 * KIB, 4 * MIB, { [PAGE_HUGE] = 1 * MIB, [PAGE_GIGANTIC] = 2 * GIB } },
};

#if defined(__x86_64__)
        #define MACHINE "x86_64"
#elif defined(__aarch64__)
        #define MACHINE "aarch64"
#elif defined(__riscv) && __riscv_xlen == 64
        #define MACHINE "riscv64"
#elif defined(__powerpc64__)
        #define MACHINE "ppc64le"
#elif defined(__s390x__)
        #define MACHINE "s390x"
#else
        #define MACHINE ""
#endif

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

const char *page_type_size_key(enum page_type type)
{
        return page_types[type].size_key;
}

const char *page_type_place_key(enum page_type type)
{
        return page_types[type].place_key;
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

uint64_t page_type_size_on(const char *machine, uint64_t base, enum page_type type)
{
        if (!page_type_has_pool(type))
                return base;
        for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
                if (strcmp(defaults[i].machine, machine) == 0 && defaults[i].base == base)
                        return defaults[i].size[type];
        return 0;
}

uint64_t page_block_size_on(const char *machine, uint64_t base)
{
        for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
                if (strcmp(defaults[i].machine, machine) == 0 && defaults[i].base == base)
                        return defaults[i].block;
        return base << 10;
}

uint64_t page_block_size(void)
{
        return page_block_size_on(MACHINE, (uint64_t) sysconf(_SC_PAGESIZE));
}

/* Asked for often, and the same for as long as we run. */
uint64_t page_type_size(enum page_type type)
{
        static uint64_t known[N_PAGE_TYPES]; /* and one more than it */

        if (known[type] == 0)
                known[type] =
                        1 + page_type_size_on(MACHINE, (uint64_t) sysconf(_SC_PAGESIZE), type);
        return known[type] - 1;
}

const char *page_type_directory(enum page_type type)
{
        return page_types[type].directory;
}
