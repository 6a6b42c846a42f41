/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Brings a node's memory into a state, says "ready", and keeps it until its standard input ends:
 * then, or with its parent, it goes and everything is given back. It runs first in line for the OOM
 * killer.
 *
 *   state NODE DIRECTORY [PART=AMOUNT[/EVERY]]... [hold]
 *
 * The parts are made in the order given, amounts in MiB unless said otherwise:
 *   anon     anonymous memory of small pages, of which every EVERYth is kept
 *   locked   the same, locked by mlock(2)
 *   shmem    shared memory of a memfd, of which every EVERYth page is kept
 *   fill     anonymous memory, every EVERYth page given back now, the rest at the very end: what comes
 *            later gets the holes in between
 *   blocks   the same with blocks of 2 MiB
 *   cache    a sparse file read: clean page cache, no disk is read
 *   dirty    a file written and not yet on its disk, if the kernel is told to let it be
 *   names    that many names looked up that do not exist: directory entries
 *   files    that many small files looked up, made by whoever wants them first: inodes, too
 *   pipes    unmovable: pipe buffers, of which every EVERYth page is kept
 *   tables   unmovable: page tables, likewise
 *   sockets  unmovable: messages waiting in sockets, likewise
 * With "hold", the very end comes only when a byte is read from the standard input; "ready" is said
 * once more then. */

#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

const char *state_directory;

static const struct part {
        const char *name;
        void (*make)(size_t amount, size_t every);
        size_t unit;
} parts[] = {
        { "anon", make_anon, MIB },       { "blocks", make_blocks, MIB },
        { "cache", make_cache, MIB },     { "dirty", make_dirty, MIB },
        { "files", make_files, 1 },       { "fill", make_fill, MIB },
        { "locked", make_locked, MIB },   { "names", make_names, 1 },
        { "pipes", make_pipes, MIB },     { "shmem", make_shmem, MIB },
        { "sockets", make_sockets, MIB }, { "tables", make_tables, MIB },
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

static void say_ready(void)
{
        puts("ready");
        fflush(stdout);
}

static bool wait_for_input(void)
{
        char byte;
        ssize_t n;

        do
                n = read(STDIN_FILENO, &byte, 1);
        while (n < 0 && errno == EINTR);
        return n > 0;
}

int main(int argc, char **argv)
{
        bool hold;

        if (argc < 3)
                return EXIT_FAILURE;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGINT, SIG_IGN); /* the parent's, and it tells us by going */
        first_for_the_oom_killer();
        bind_to_node((unsigned) atoi(argv[1]), true);
        state_directory = argv[2];
        hold = strcmp(argv[argc - 1], "hold") == 0;
        for (int i = 3; i < argc - hold; i++)
                make_part(argv[i]);
        if (!hold)
                drop_fill();
        say_ready();
        while (wait_for_input()) {
                drop_fill();
                say_ready();
        }
        return EXIT_SUCCESS;
}
