/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Brings a node's memory into a state, says "ready" and what it holds, and keeps it until its
 * standard input ends: then, or with its parent, it goes and everything is given back. All of it
 * runs first in line for the OOM killer.
 *
 *   state DIRECTORY [ballast=MIB] [fill=MIB/EVERY] [cache=MIB] [anon=MIB/EVERY]
 *         [names=COUNT] [pipes=MIB/EVERY]
 *   state guard FILE=NUMBER...
 *
 * The parts are made in the order given:
 *   ballast  anonymous memory that takes all free pieces, and whole blocks for the rest
 *   cache    a sparse file read: clean page cache, no disk is read
 *   anon     anonymous memory of small pages, of which every EVERYth is kept
 *   fill     the same, all given back at the very end: what comes later gets the holes in between
 *   names    names looked up that do not exist: directory entries that can be reclaimed
 *   pipes    unmovable memory: pipe buffers, of which every EVERYth page is kept
 * "guard" writes the numbers into the files when its input ends, whatever has happened to the
 * parent. */

#ifndef _GNU_SOURCE
        #define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096UL
#define MIB  (1024UL * 1024)

static const char *directory;
static char *filled;
static size_t filled_size;

static void die(const char *what)
{
        perror(what);
        exit(EXIT_FAILURE);
}

static char *map(size_t size, int advice)
{
        char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (p == MAP_FAILED)
                die("mmap");
        (void) madvise(p, size, advice);
        return p;
}

static void touch(char *p, size_t size)
{
        for (size_t at = 0; at < size; at += PAGE)
                p[at] = 1;
}

static size_t free_memory(bool in_whole_blocks)
{
        size_t pages = 0, blocks[11];
        FILE *file = fopen("/proc/buddyinfo", "r");
        char line[512];

        if (!file)
                die("/proc/buddyinfo");
        while (fgets(line, sizeof(line), file))
                if (sscanf(strstr(line, "zone") ?: "",
                           "zone %*s %zu %zu %zu %zu %zu %zu %zu %zu %zu %zu %zu", &blocks[0],
                           &blocks[1], &blocks[2], &blocks[3], &blocks[4], &blocks[5], &blocks[6],
                           &blocks[7], &blocks[8], &blocks[9], &blocks[10]) == 11)
                        for (unsigned order = in_whole_blocks ? 9 : 0; order <= 10; order++)
                                pages += blocks[order] << order;
        fclose(file);
        return pages * PAGE;
}

/* Most of it first, so that the kernel has all its memory at hand (it may put off initialising
 * some), then what is free in pieces, then the rest: what remains free are whole blocks. */
static void make_ballast(size_t size, size_t every __attribute__((unused)))
{
        char *p = map(size, MADV_HUGEPAGE);
        size_t pieces;

        touch(p, size);
        pieces = free_memory(false) - free_memory(true);
        if (pieces > size)
                return;
        munmap(p + size - pieces, pieces);
        touch(map(pieces, MADV_NOHUGEPAGE), pieces);
}

static void make_anon(size_t size, size_t every)
{
        char *p = map(size, MADV_NOHUGEPAGE);

        touch(p, size);
        for (size_t at = 0; every > 1 && at < size; at += every * PAGE)
                if (madvise(p + at + PAGE, (every - 1) * PAGE, MADV_DONTNEED) < 0)
                        die("madvise");
}

/* Every other page is given back now, the rest at the end. */
static void make_fill(size_t size, size_t every)
{
        filled = map(size, MADV_NOHUGEPAGE);
        filled_size = size;
        touch(filled, size);
        for (size_t at = 0; every > 1 && at < size; at += every * PAGE)
                if (madvise(filled + at, PAGE, MADV_DONTNEED) < 0)
                        die("madvise");
}

static void make_cache(size_t size, size_t every __attribute__((unused)))
{
        char *buffer = malloc(MIB), path[4096];
        int fd;

        snprintf(path, sizeof(path), "%s/cache-XXXXXX", directory);
        fd = mkstemp(path);
        if (fd < 0 || !buffer || unlink(path) < 0 || ftruncate(fd, (off_t) size) < 0)
                die(path);
        while (read(fd, buffer, MIB) > 0)
                ;
        free(buffer); /* the descriptor keeps the file, and the file its cache */
}

static void make_names(size_t count, size_t every __attribute__((unused)))
{
        char path[4096];
        struct stat st;

        for (size_t i = 0; i < count; i++) {
                snprintf(path, sizeof(path), "%s/no-such-file-%zu", directory, i);
                (void) stat(path, &st);
        }
}

static void fill_pipe(int fd, const char *buffer, size_t size)
{
        if (fcntl(fd, F_SETPIPE_SZ, (int) size) < (int) size)
                die("F_SETPIPE_SZ");
        if (write(fd, buffer, size) != (ssize_t) size)
                die("pipe");
}

/* A pipe of EVERY pages holds on to each of them while it is full, and to the last one afterwards.
 */
static void make_pipes(size_t size, size_t every)
{
        size_t pipe_size = every * PAGE, n = size / pipe_size;
        char *buffer = calloc(1, pipe_size);
        int *fds = calloc(n, sizeof(*fds)), ends[2];
        struct rlimit limit;

        if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
                die("RLIMIT_NOFILE");
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || !buffer || !fds)
                die("pipes");
        for (size_t i = 0; i < n; i++) {
                if (pipe(ends) < 0)
                        die("pipe");
                fill_pipe(ends[1], buffer, pipe_size);
                close(ends[1]); /* the buffers stay */
                fds[i] = ends[0];
        }
        for (size_t i = 0; i < n; i++)
                if (read(fds[i], buffer, pipe_size - PAGE) < 0)
                        die("pipe");
        free(buffer);
        free(fds);
}

static const struct part {
        const char *name;
        void (*make)(size_t amount, size_t every);
        size_t unit;
} parts[] = {
        { "ballast", make_ballast, MIB }, { "cache", make_cache, MIB },
        { "anon", make_anon, MIB },       { "fill", make_fill, MIB },
        { "names", make_names, 1 },       { "pipes", make_pipes, MIB },
};

static void make_part(const char *argument)
{
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
                size_t length = strlen(parts[i].name);
                unsigned long amount, every = 1;

                if (strncmp(argument, parts[i].name, length) != 0 || argument[length] != '=')
                        continue;
                if (sscanf(argument + length + 1, "%lu/%lu", &amount, &every) >= 1 && amount > 0)
                        parts[i].make(amount * parts[i].unit, every);
                return;
        }
        fprintf(stderr, "%s: no such part\n", argument);
        exit(EXIT_FAILURE);
}

static void first_for_the_oom_killer(void)
{
        int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, "1000", 4) != 4)
                die("oom_score_adj");
        close(fd);
}

static void wait_for_end_of_input(void)
{
        char byte;

        while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR)
                ;
}

static int guard(char *files[])
{
        for (const int *signal_to_ignore = (const int[]){ SIGINT, SIGTERM, SIGHUP, 0 };
             *signal_to_ignore; signal_to_ignore++)
                signal(*signal_to_ignore, SIG_IGN);
        puts("ready");
        fflush(stdout);
        wait_for_end_of_input();
        for (; *files; files++) {
                char *value = strchr(*files, '=');
                FILE *file;

                if (!value)
                        continue;
                *value++ = '\0';
                file = fopen(*files, "w");
                if (!file || fprintf(file, "%s\n", value) < 0 || fclose(file) != 0)
                        perror(*files);
        }
        return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
        if (argc < 2)
                return EXIT_FAILURE;
        if (strcmp(argv[1], "guard") == 0)
                return guard(argv + 2);

        directory = argv[1];
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGINT, SIG_IGN); /* the parent's, and it tells us by going */
        first_for_the_oom_killer();
        for (int i = 2; i < argc; i++)
                make_part(argv[i]);
        if (filled)
                munmap(filled, filled_size);
        puts("ready");
        fflush(stdout);
        wait_for_end_of_input();
        return EXIT_SUCCESS;
}
