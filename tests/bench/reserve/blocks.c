/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts how many huge and gigantic pages a node's memory has room for: what could be had at best.
 *
 *   blocks NODE
 *
 * Prints four numbers: for 2 MiB and then for 1 GiB, the bound, and how many of them are free as they
 * are.
 *
 * The bound counts blocks without an unmovable page, as long as what must move out of them finds a
 * place. A page counts as movable or free if /proc/kpageflags says that it is in the buddy
 * allocator, on an LRU list, or anonymous memory (Documentation/admin-guide/mm/pagemap.rst); all
 * others are unmovable: slab, page tables, pipe buffers. Free pages that wait in lists of the CPUs look
 * like pipe buffers; so in a range of 1 GiB as many pages of that look are let pass as wait in these
 * lists on the node (/proc/zoneinfo), in a block of 2 MiB none. Clean page cache needs no place: it can be
 * dropped. The emptiest blocks are taken first, while the pages in use in those taken are no more than
 * the free pages, and those of clean cache, in all others. Huge pages of 2 MiB that are there already
 * count as taken for 2 MiB, and as blocks that can be emptied for 1 GiB; gigantic pages are nobody's. */

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_PAGES 512U
#define RANGE_PAGES (512U * BLOCK_PAGES)
#define RANGES_MAX  (64U * 1024)

#define FLAG(bit) (UINT64_C(1) << (bit))
enum {
        DIRTY = 4,
        LRU = 5,
        SLAB = 7,
        BUDDY = 10,
        ANON = 12,
        SWAPBACKED = 14,
        COMPOUND_HEAD = 15,
        HUGE = 17,
        UNEVICTABLE = 18
};

/* Of a block or range: pages in use that must move, pages that give room to others, pages without any
 * flag, ... */
struct piece {
        uint32_t used, room, blank, unmovable, free, pages;
};

static struct piece ranges[RANGES_MAX], *blocks;
static size_t n_blocks;

/* Gone when the room is needed. */
static int is_clean_cache(uint64_t flags)
{
        return flags & FLAG(LRU) &&
               !(flags & (FLAG(ANON) | FLAG(SWAPBACKED) | FLAG(DIRTY) | FLAG(UNEVICTABLE)));
}

static void count_page(struct piece *piece, uint64_t flags)
{
        piece->pages++;
        if (flags & FLAG(BUDDY)) {
                piece->free++;
                piece->room++;
        } else if (is_clean_cache(flags))
                piece->room++;
        else if (!(flags & FLAG(SLAB)) && flags & (FLAG(LRU) | FLAG(ANON) | FLAG(UNEVICTABLE)))
                piece->used++;
        else if (flags == 0)
                piece->blank++;
        else
                piece->unmovable++;
}

static void add(struct piece *sum, const struct piece *piece)
{
        sum->used += piece->used;
        sum->room += piece->room;
        sum->blank += piece->blank;
        sum->unmovable += piece->unmovable;
        sum->free += piece->free;
        sum->pages += piece->pages;
}

static void read_flags(int fd, unsigned long first, unsigned n, uint64_t *flags)
{
        ssize_t size = (ssize_t) (n * sizeof(*flags));

        if (pread(fd, flags, (size_t) size, (off_t) (first * sizeof(*flags))) != size) {
                perror("/proc/kpageflags");
                exit(EXIT_FAILURE);
        }
}

/* A block of 2 MiB from the page FIRST on, part of RANGE. Of huge pages one look is enough. Those that
 * begin with no head are the inner parts of a gigantic one. */
static void count_block(int fd, unsigned long first, struct piece *range)
{
        uint64_t flags[BLOCK_PAGES];
        struct piece block = {};

        read_flags(fd, first, 1, flags);
        if (flags[0] & FLAG(HUGE)) {
                range->pages += BLOCK_PAGES;
                if (flags[0] & FLAG(COMPOUND_HEAD))
                        range->used += BLOCK_PAGES;
                else
                        range->unmovable += BLOCK_PAGES;
                return;
        }
        read_flags(fd, first, BLOCK_PAGES, flags);
        for (unsigned i = 0; i < BLOCK_PAGES; i++)
                count_page(&block, flags[i]);
        add(range, &block);
        blocks[n_blocks++] = block;
}

/* A memory block of the kernel: PAGES pages from FIRST on. */
static void count_memory(int fd, unsigned long first, unsigned long pages)
{
        blocks = realloc(blocks, (n_blocks + pages / BLOCK_PAGES) * sizeof(*blocks));
        if (!blocks) {
                perror("blocks");
                exit(EXIT_FAILURE);
        }
        for (unsigned long i = 0; i < pages; i += BLOCK_PAGES)
                count_block(fd, first + i, &ranges[(first + i) / RANGE_PAGES]);
}

/* Pages that wait in lists of the CPUs. */
static uint32_t count_waiting(unsigned node)
{
        FILE *file = fopen("/proc/zoneinfo", "r");
        unsigned current = 0, count;
        uint32_t sum = 0;
        char line[256];

        if (!file)
                return 0;
        while (fgets(line, sizeof(line), file)) {
                (void) sscanf(line, "Node %u,", &current);
                if (current == node && sscanf(line, " count: %u", &count) == 1)
                        sum += count;
        }
        fclose(file);
        return sum;
}

static uint32_t blanks_allowed;

static int is_spoilt(const struct piece *piece)
{
        return piece->unmovable > 0 || piece->blank > blanks_allowed;
}

/* Those that can be emptied first, then by what is in use. */
static int compare(const void *a, const void *b)
{
        const struct piece *x = a, *y = b;

        if (is_spoilt(x) != is_spoilt(y))
                return is_spoilt(x) ? 1 : -1;
        return x->used < y->used ? -1 : x->used > y->used;
}

/* Of pieces of SIZE pages each. */
static void print_bound(struct piece *pieces, size_t n, uint32_t size)
{
        uint64_t room = 0, used = 0, bound = 0, whole = 0;

        for (size_t i = 0; i < n; i++)
                room += pieces[i].room;
        qsort(pieces, n, sizeof(*pieces), compare);
        for (size_t i = 0; i < n; i++) {
                used += pieces[i].used;
                room -= pieces[i].room;
                if (pieces[i].pages != size || is_spoilt(&pieces[i]))
                        continue;
                whole += pieces[i].free + pieces[i].blank == size;
                if (used <= room)
                        bound++;
        }
        printf("%lu %lu\n", (unsigned long) bound, (unsigned long) whole);
}

int main(int argc, char **argv)
{
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
                    number * size / 4096 / RANGE_PAGES < RANGES_MAX)
                        count_memory(fd, number * (size / 4096), size / 4096);
        print_bound(blocks, n_blocks, BLOCK_PAGES);
        blanks_allowed = count_waiting((unsigned) atoi(argc > 1 ? argv[1] : "0"));
        print_bound(ranges, RANGES_MAX, RANGE_PAGES);
        return EXIT_SUCCESS;
}
