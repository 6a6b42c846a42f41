/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A neighbour who is not bound to any node, or to the wrong one: takes anonymous huge pages of NODE,
 * which is possible as long as the machine has that many unreserved ones in all.
 *
 *   take-node NODE PAGES    says "READY" and where the pages are, and keeps them until it is killed */

#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE ((size_t) 2 << 20)

int main(int argc, char **argv)
{
        unsigned node = argc == 3 ? (unsigned) atoi(argv[1]) : 0;
        size_t pages = argc == 3 ? (size_t) atoi(argv[2]) : 0, here = 0;
        unsigned long mask = 1ul << node;
        char *memory;

        if (pages == 0) {
                fprintf(stderr, "Usage: take-node NODE PAGES\n");
                return 2;
        }
        /* As a process would that happens to run there: preferred, nobody else's pages refused. */
        if (syscall(SYS_set_mempolicy, MPOL_PREFERRED, &mask, sizeof(mask) * 8 + 1) < 0) {
                perror("take-node: set_mempolicy");
                return 1;
        }
        memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
        if (memory == MAP_FAILED) {
                perror("take-node: mmap");
                return 1;
        }
        for (size_t i = 0; i < pages; i++) {
                void *page = memory + i * PAGE;
                int status = -1;

                memory[i * PAGE] = 1;
                if (syscall(SYS_move_pages, 0, 1ul, &page, NULL, &status, 0) == 0 &&
                    status == (int) node)
                        here++;
        }

        printf("READY %zu of %zu pages on node %u\n", here, pages, node);
        fflush(stdout);
        pause();
        return 0;
}
