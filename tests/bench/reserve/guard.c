/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Puts everything back when the benchmark is gone, however it went.
 *
 *   guard FILE=VALUE... remove=PATH...
 *
 * Says "ready" and waits for its standard input. "quit" means that the benchmark has put everything
 * back itself. If the input ends otherwise, the values are written into the files, and again until
 * they have stood for a while (a program that the benchmark started may still be at it), and the
 * paths, directories with all that is in them, are removed. An empty value is none: such a file is
 * left alone. */

#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS       600 /* a minute in all */
#define QUIET_ROUNDS 20

static int remove_entry(const char *path, const struct stat *st __attribute__((unused)),
                        int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
        return remove(path);
}

static bool has_value(const char *file, const char *value)
{
        char text[256] = "";
        FILE *f = fopen(file, "re");

        if (!f)
                return false;
        if (!fgets(text, sizeof(text), f))
                text[0] = '\0';
        fclose(f);
        text[strcspn(text, "\n")] = '\0';
        return strcmp(text, value) == 0;
}

/* True if everything was as it should be. */
static bool put_back(char *arguments[])
{
        bool quiet = true;

        for (; *arguments; arguments++) {
                char *value = strchr(*arguments, '=');
                FILE *file;

                if (!value || value[1] == '\0' || strncmp(*arguments, "remove=", 7) == 0)
                        continue;
                *value = '\0';
                if (!has_value(*arguments, value + 1)) {
                        quiet = false;
                        file = fopen(*arguments, "we");
                        if (!file || fprintf(file, "%s\n", value + 1) < 0 || fclose(file) != 0)
                                perror(*arguments);
                }
                *value = '=';
        }
        return quiet;
}

int main(int argc __attribute__((unused)), char **argv)
{
        const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
        char line[16];

        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        signal(SIGPIPE, SIG_IGN);
        (void) setsid(); /* out of reach for what ends the benchmark's group */
        puts("ready");
        fflush(stdout);
        if (fgets(line, sizeof(line), stdin) && strcmp(line, "quit\n") == 0)
                return EXIT_SUCCESS;

        for (int round = 0, quiet = 0; round < ROUNDS && quiet < QUIET_ROUNDS; round++) {
                quiet = put_back(argv + 1) ? quiet + 1 : 0;
                nanosleep(&pause, NULL);
        }
        for (char **argument = argv + 1; *argument; argument++)
                if (strncmp(*argument, "remove=", 7) == 0)
                        (void) nftw(*argument + 7, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        return EXIT_SUCCESS;
}
