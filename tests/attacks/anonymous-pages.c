/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* anonymous-pages NUMBER: that many huge pages of the default size, without any file. */

#include <sys/mman.h>

#include "tests/attacks/attack.h"

int main(int argc, char **argv)
{
        unsigned long number = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
        size_t size = number << 21;
        char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

        if (memory == MAP_FAILED)
                err(1, "mmap");
        memset(memory, 1, size);
        hold();
}
