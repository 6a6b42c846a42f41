/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts a node's blocks in which nothing is unmovable: what compaction could empty at best.
 *
 *   blocks NODE
 *
 * Prints four numbers: blocks of 2 MiB without an unmovable page that are no huge page yet, ranges
 * of 1 GiB without one, movable pages in use in the blocks (clean page cache apart), and free
 * pages outside of them, where those could go. A page is movable or free if /proc/kpageflags says
 * that it is in the buddy allocator, on an LRU list, or anonymous memory
 * (Documentation/admin-guide/mm/pagemap.rst). All others count as unmovable: slab, page tables,
 * pipe buffers, and the few free pages that wait in lists of the CPUs. */

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_PAGES    512
#define GIGANTIC_PAGES (512 * BLOCK_PAGES)

#define FLAG(bit) (UINT64_C(1) << (bit))
enum {
        DIRTY = 4,
        LRU = 5,
        SLAB = 7,
        BUDDY = 10,
        ANON = 12,
        SWAPBACKED = 14,
        HUGE = 17,
        UNEVICTABLE = 18
};

static struct {
        unsigned long blocks, ranges, used, free_elsewhere;
} sum;

/* Gone when the room is needed. */
static int is_clean_cache(uint64_t flags)
{
        return flags & FLAG(LRU) &&
               !(flags & (FLAG(ANON) | FLAG(SWAPBACKED) | FLAG(DIRTY) | FLAG(UNEVICTABLE)));
}

static void count_block(const uint64_t *flags, unsigned *bad)
{
        unsigned in_use = 0, unmovable = 0, unused = 0;

        if (flags[0] & FLAG(HUGE)) /* has been got already, by whomever */
                return;
        for (unsigned i = 0; i < BLOCK_PAGES; i++) {
                if (flags[i] & FLAG(BUDDY))
                        unused++;
                else if (is_clean_cache(flags[i]))
                        continue;
                else if (!(flags[i] & FLAG(SLAB)) &&
                         flags[i] & (FLAG(LRU) | FLAG(ANON) | FLAG(UNEVICTABLE)))
                        in_use++;
                else
                        unmovable++;
        }
        if (unmovable == 0) {
                sum.blocks++;
                sum.used += in_use;
        } else {
                sum.free_elsewhere += unused;
                (*bad)++;
        }
}

/* A memory block of PAGES pages from FIRST on; ranges of 1 GiB are counted by the state of their
 * parts, which come in any order. */
static void count_memory(int fd, unsigned long first, unsigned long pages, unsigned char *spoilt,
                         unsigned char *seen)
{
        uint64_t *flags = malloc(pages * sizeof(*flags));
        unsigned bad = 0;

        if (!flags || pread(fd, flags, pages * sizeof(*flags), (off_t) (first * sizeof(*flags))) !=
                              (ssize_t) (pages * sizeof(*flags))) {
                perror("/proc/kpageflags");
                exit(EXIT_FAILURE);
        }
        for (unsigned long i = 0; i < pages; i += BLOCK_PAGES)
                count_block(flags + i, &bad);
        free(flags);
        if (bad > 0)
                spoilt[first / GIGANTIC_PAGES] = 1;
        seen[first / GIGANTIC_PAGES] += (unsigned char) (pages * 8 / GIGANTIC_PAGES);
}

#define RANGES_MAX (64 * 1024)

int main(int argc, char *argv[])
{
        static unsigned char spoilt[RANGES_MAX], seen[RANGES_MAX];
        unsigned long size, number;
        struct dirent *entry;
        char path[64];
        FILE *file = fopen("/sys/devices/system/memory/block_size_bytes", "r");
        int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
        DIR *directory;

        snprintf(path, sizeof(path), "/sys/devices/system/node/node%s", argc > 1 ? argv[1] : "0");
        directory = opendir(path);
        if (!file || fscanf(file, "%lx", &size) != 1 || !directory || fd < 0) {
                fputs("needs root, /proc/kpageflags and memory blocks in /sys\n", stderr);
                return EXIT_FAILURE;
        }
        while ((entry = readdir(directory)))
                if (sscanf(entry->d_name, "memory%lu", &number) == 1 &&
                    number * size / 4096 / GIGANTIC_PAGES < RANGES_MAX)
                        count_memory(fd, number * (size / 4096), size / 4096, spoilt, seen);
        for (unsigned i = 0; i < RANGES_MAX; i++)
                sum.ranges += !spoilt[i] && seen[i] == 8;

        printf("%lu %lu %lu %lu\n", sum.blocks, sum.ranges, sum.used, sum.free_elsewhere);
        return EXIT_SUCCESS;
}
