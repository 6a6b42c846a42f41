/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/page-ranges.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "helpers/modules/kernel/sysfs.h"

/* include/uapi/linux/kernel-page-flags.h, and include/linux/kernel-page-flags.h for the last */
#define FLAG(bit)    (UINT64_C(1) << (bit))
#define FLAG_HUGE    FLAG(17)
#define FLAG_NOPAGE  FLAG(20)
#define FLAG_OFFLINE FLAG(23)
#define FLAG_PGTABLE FLAG(26)
#define FLAG_STAYS   (FLAG_NOPAGE | FLAG_OFFLINE | FLAG_PGTABLE | FLAG(32))

#define PIECE_PAGES 8192

/* No page of the range stays where it is, and it is no gigantic page: then all would be huge. */
static int range_is_left(int fd, uint64_t first, uint64_t pages, bool *ret)
{
        uint64_t flags[PIECE_PAGES], huge = 0;

        *ret = false;
        for (uint64_t at = 0; at < pages; at += PIECE_PAGES) {
                size_t piece = pages - at < PIECE_PAGES ? pages - at : PIECE_PAGES,
                       size = piece * sizeof(*flags);
                ssize_t n = pread(fd, flags, size, (off_t) ((first + at) * sizeof(*flags)));

                if (n < 0)
                        return -errno;
                if ((size_t) n < size) /* the end of memory */
                        return 0;
                for (size_t i = 0; i < piece; i++) {
                        if (flags[i] & FLAG_STAYS)
                                return 0;
                        huge += flags[i] & FLAG_HUGE ? 1 : 0;
                }
        }

        *ret = huge < pages;
        return 0;
}

/* The ranges of PAGES that begin in a memory block of BLOCK pages: one at least, which may be longer than it. */
static int visit_block(int fd, uint64_t first, uint64_t block, uint64_t pages, bool *ret)
{
        int r = 0;

        for (uint64_t at = 0; at == 0 || (at < block && !*ret && r >= 0); at += pages)
                r = range_is_left(fd, first + at, pages, ret);
        return r;
}

/* Ranges that begin in a memory block of the node; one that ends on another node cannot be used, but
 * counting it does no harm. */
static int visit_blocks(const struct machine *machine, DIR *directory, int fd,
                        struct page_size gigantic, bool *ret)
{
        uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE), size, number;
        _cleanup_free_ char *text = NULL;
        struct dirent *entry;
        int r;

        /* The pages of a memory block follow from its number. */
        r = sysfs_read(machine->sysfs, "devices/system/memory/block_size_bytes", &text, NULL);
        if (r < 0)
                return r;
        size = strtoull(text, NULL, 16);
        if (size == 0)
                return -EBADMSG;

        *ret = false;
        while (!*ret && (entry = io_next_entry(directory))) {
                if (sscanf(entry->d_name, "memory%" SCNu64, &number) != 1 ||
                    number * size % gigantic.bytes != 0)
                        continue;
                r = visit_block(fd, number * size / page, size / page, gigantic.bytes / page, ret);
                if (r < 0)
                        return r;
        }

        return 0;
}

int page_ranges_left(const struct machine *machine, unsigned node, struct page_size size, bool *ret)
{
        _cleanup_closedir_ DIR *directory = NULL;
        _cleanup_close_ int flags = -1;
        char path[64];
        bool left;
        int r;

        flags = openat(machine->procfs, "kpageflags", O_RDONLY | O_CLOEXEC);
        if (flags < 0)
                return -errno;
        snprintf(path, sizeof(path), "devices/system/node/node%u", node);
        r = io_open_directory(machine->sysfs, path, 0, &directory);
        if (r >= 0)
                r = visit_blocks(machine, directory, flags, size, &left);
        if (r < 0)
                return r;

        *ret = left;
        return 0;
}

bool page_ranges_exhausted(const struct machine *machine, unsigned node, struct page_size size)
{
        bool left;

        return page_size_is_gigantic(size) && page_ranges_left(machine, node, size, &left) >= 0 &&
               !left;
}
