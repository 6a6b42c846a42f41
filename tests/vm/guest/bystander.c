/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An ordinary program beside whatever goes on: a hundred times a second it takes some memory, looks up a
 * file, reads some of it, and notes how long after its time each round ended.
 *
 *   bystander REPORT [MIB]
 *
 * It keeps so many MiB all the time, as the services of a bigger system would.
 * At SIGUSR1 the longest delay since the last one goes to REPORT, "MILLISECONDS ROUND ROUNDS", and it
 * begins anew. Ends at SIGTERM. */

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NSEC (10 * 1000 * 1000)
#define MEMORY      (256 * 1024)
#define FILES       "/usr/bin/*"

static volatile sig_atomic_t ended, asked;

static void on_signal(int signal)
{
        if (signal == SIGTERM)
                ended = 1;
        else
                asked = 1;
}

static uint64_t now_nsec(void)
{
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

/* Returns NULL if there is none. */
static char *take_memory(size_t size)
{
        char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory == MAP_FAILED)
                return NULL;
        for (size_t at = 0; at < size; at += 4096)
                ((volatile char *) memory)[at] = 1;
        return memory;
}

static void read_file(const char *name)
{
        static char text[16384];
        int fd = open(name, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return;
        if (read(fd, text, sizeof(text)) < 0)
                perror(name);
        close(fd);
}

static void report(const char *name, uint64_t longest, unsigned worst, unsigned rounds)
{
        char temporary[256];
        FILE *file;

        snprintf(temporary, sizeof(temporary), "%s.new", name);
        file = fopen(temporary, "we");
        if (!file)
                return;
        fprintf(file, "%u %u %u\n", (unsigned) (longest / 1000000), worst, rounds);
        fclose(file);
        rename(temporary, name);
}

int main(int argc, char **argv)
{
        struct sigaction action = { .sa_handler = on_signal };
        unsigned rounds = 0, worst = 0;
        uint64_t longest = 0;
        char *memory;
        glob_t files;

        if (argc < 2 || glob(FILES, 0, NULL, &files) != 0)
                return 1;
        if (argc > 2 && !take_memory((size_t) atoi(argv[2]) << 20))
                return 1;
        sigaction(SIGTERM, &action, NULL);
        sigaction(SIGUSR1, &action, NULL);
        while (!ended) {
                uint64_t due = now_nsec() + PERIOD_NSEC, late;
                struct timespec pause = { .tv_nsec = PERIOD_NSEC };

                while (nanosleep(&pause, &pause) < 0)
                        ;
                memory = take_memory(MEMORY);
                if (memory)
                        munmap(memory, MEMORY);
                read_file(files.gl_pathv[rounds % files.gl_pathc]);
                late = now_nsec() - due;
                rounds++;
                if (late > longest)
                        longest = late, worst = rounds;
                if (asked) {
                        asked = 0;
                        report(argv[1], longest, worst, rounds);
                        longest = worst = rounds = 0;
                }
        }
        return 0;
}
