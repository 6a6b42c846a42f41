/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Movable memory: anonymous, locked, shared. */

#include "state.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
        #define MADV_POPULATE_WRITE 23
#endif

static char *filled;
static size_t filled_size;

/* Aligned to blocks. */
char *map_memory(size_t size, int advice)
{
        char *p = mmap(NULL, size + BLOCK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (p == MAP_FAILED)
                die("mmap");
        p += BLOCK - (size_t) p % BLOCK;
        (void) madvise(p, size, advice);
        return p;
}

struct part {
        char *p;
        size_t size;
};

static void *populate_part(void *userdata)
{
        struct part *part = userdata;

        if (madvise(part->p, part->size, MADV_POPULATE_WRITE) == 0) /* since Linux 5.14 */
                return NULL;
        for (size_t at = 0; at < part->size; at += PAGE)
                part->p[at] = 1;
        return NULL;
}

/* By two threads: half the time where there are two CPUs. */
void populate(char *p, size_t size)
{
        size_t half = size / 2 / BLOCK * BLOCK;
        struct part parts[] = { { p, half }, { p + half, size - half } };
        pthread_t thread;
        bool together = pthread_create(&thread, NULL, populate_part, &parts[0]) == 0;

        populate_part(&parts[1]);
        if (together)
                pthread_join(thread, NULL);
        else
                populate_part(&parts[0]);
}

/* Of every EVERY pages the first one stays. */
static void thin_out(char *p, size_t size, size_t every, int advice)
{
        for (size_t at = 0; every > 1 && at + every * PAGE <= size; at += every * PAGE)
                if (madvise(p + at + PAGE, (every - 1) * PAGE, advice) < 0)
                        die("madvise");
}

void make_anon(size_t size, size_t every)
{
        char *p = map_memory(size, MADV_NOHUGEPAGE);

        populate(p, size);
        thin_out(p, size, every, MADV_DONTNEED);
}

void make_locked(size_t size, size_t every)
{
        char *p = map_memory(size, MADV_NOHUGEPAGE);

        populate(p, size);
        thin_out(p, size, every, MADV_DONTNEED);
        if (mlock2(p, size, MLOCK_ONFAULT) < 0) /* what is there, and no more */
                die("mlock2");
}

void make_shmem(size_t size, size_t every)
{
        char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
                die("mmap");
        (void) madvise(p, size, MADV_NOHUGEPAGE);
        populate(p, size);
        thin_out(p, size, every, MADV_REMOVE);
}

/* One UNIT in EVERY is given back now, the rest by drop_fill(). */
static void fill(size_t size, size_t every, size_t unit, int advice)
{
        filled = map_memory(size, advice);
        filled_size = size;
        populate(filled, size);
        for (size_t at = 0; every > 1 && at + unit <= size; at += every * unit)
                if (madvise(filled + at, unit, MADV_DONTNEED) < 0)
                        die("madvise");
}

void make_fill(size_t size, size_t every)
{
        fill(size, every, PAGE, MADV_NOHUGEPAGE);
}

void make_blocks(size_t size, size_t every)
{
        fill(size, every, BLOCK, MADV_HUGEPAGE);
}

void drop_fill(void)
{
        if (filled)
                munmap(filled, filled_size);
        filled = NULL;
}
