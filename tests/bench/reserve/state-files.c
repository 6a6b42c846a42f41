/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What files leave in memory: page cache, directory entries, inodes. */

#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_PER_DIRECTORY 1000

static char path[4096];

/* A file without a name: the descriptor keeps it, and it keeps its cache. */
static int open_nameless(void)
{
        int fd;

        snprintf(path, sizeof(path), "%s/cache-XXXXXX", state_directory);
        fd = mkstemp(path);
        if (fd < 0 || unlink(path) < 0)
                die(path);
        return fd;
}

void make_cache(size_t size, size_t every __attribute__((unused)))
{
        char *buffer = malloc(MIB);
        int fd = open_nameless();

        if (!buffer || ftruncate(fd, (off_t) size) < 0)
                die(path);
        while (read(fd, buffer, MIB) > 0)
                ;
        free(buffer);
}

void make_dirty(size_t size, size_t every __attribute__((unused)))
{
        char *buffer = malloc(MIB);
        int fd = open_nameless();

        if (!buffer)
                die("malloc");
        memset(buffer, 1, MIB);
        for (size_t at = 0; at < size; at += MIB)
                if (write(fd, buffer, MIB) != (ssize_t) MIB)
                        die(path);
        free(buffer);
}

void make_names(size_t count, size_t every __attribute__((unused)))
{
        struct stat st;

        for (size_t i = 0; i < count; i++) {
                snprintf(path, sizeof(path), "%s/no-such-file-%zu", state_directory, i);
                (void) stat(path, &st);
        }
}

static void make_file(size_t number)
{
        int fd;

        if (number % FILES_PER_DIRECTORY == 0) {
                snprintf(path, sizeof(path), "%s/files-%zu", state_directory,
                         number / FILES_PER_DIRECTORY);
                if (mkdir(path, 0700) < 0 && errno != EEXIST)
                        die(path);
        }
        snprintf(path, sizeof(path), "%s/files-%zu/%zu", state_directory,
                 number / FILES_PER_DIRECTORY, number);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                die(path);
        close(fd);
}

void make_files(size_t count, size_t every __attribute__((unused)))
{
        struct stat st;

        for (size_t i = 0; i < count; i++) {
                snprintf(path, sizeof(path), "%s/files-%zu/%zu", state_directory,
                         i / FILES_PER_DIRECTORY, i);
                if (stat(path, &st) < 0)
                        make_file(i);
        }
}
