/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/switch-reason.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "basic/parse.h"

#define BLANKS " \t\n"

/* Extracts the first argument of *CURSOR, without quotation marks: blanks inside them do not
 * separate arguments; they are removed only around the whole argument and around its value (the
 * kernel's lib/cmdline.c: next_arg). NULL at the end. */
static char *next_argument(char **cursor)
{
        char *start = *cursor + strspn(*cursor, BLANKS), *end, *value;
        bool quoted = false, whole;

        if (*start == '\0')
                return NULL;

        for (end = start; *end && (quoted || !strchr(BLANKS, *end)); end++)
                if (*end == '"')
                        quoted = !quoted;
        *cursor = *end ? end + 1 : end;
        *end = '\0';

        whole = *start == '"';
        value = strchr(start, '=');
        if (whole || (value && value[1] == '"'))
                if (end[-1] == '"')
                        end[-1] = '\0';
        if (!whole && value && value[1] == '"')
                memmove(value + 1, value + 2, strlen(value + 2) + 1);
        return start + whole;
}

/* The rest of ARGUMENT after the name ("=0", ""), if it is our name; dashes and underscores are
 * equivalent, as in the kernel and systemd. */
static const char *skip_name(const char *argument)
{
        const char *name = "fd_shmem";

        for (; *name; name++, argument++)
                if (*argument != *name && !(*name == '_' && *argument == '-'))
                        return NULL;

        return argument;
}

int kernel_switch_parse(const char *cmdline)
{
        _cleanup_free_ char *copy = strdup(cmdline);
        char *cursor = copy, *argument;
        int found = -1, r;

        while (copy && (argument = next_argument(&cursor))) {
                const char *rest = skip_name(argument);

                if (!rest)
                        continue;
                if (*rest == '\0')
                        found = 1;
                else if (*rest == '=') {
                        r = boolean_parse(rest + 1);
                        if (r >= 0)
                                found = r;
                }
        }
        return found;
}

/* Turns arguments that end in NUL into words that end in a blank; characters that would end or join
 * words within an argument become "_", since fd_shmem=1 is an argument of its own. */
static void join_arguments(char *arguments, size_t length)
{
        for (size_t i = 0; i < length; i++)
                if (arguments[i] == '\0')
                        arguments[i] = ' ';
                else if (strchr(" \t\n\"'\\", arguments[i]))
                        arguments[i] = '_';
}

/* /proc/cmdline in a container is the host's; there, as in systemd (proc_cmdline()), the arguments
 * of init count. */
static int read_switch(int root_fd, bool container)
{
        const char *path = container ? "proc/1/cmdline" : "proc/cmdline";
        _cleanup_free_ char *cmdline = NULL;
        size_t length;
        int r;

        r = io_read_file(root_fd, path, &cmdline, &length);
        if (r == -ENOENT)
                return -1;
        if (r < 0) {
                log_warning_errno(r, "Cannot read /%s, assuming it is empty: %m", path);
                return -1;
        }
        if (container)
                join_arguments(cmdline, length);

        return kernel_switch_parse(cmdline);
}

const char *switch_reason(int root_fd, bool container)
{
        int value = read_switch(root_fd, container);

        if (value > 0 || (value < 0 && !container))
                return NULL;
        if (value < 0)
                return "this is a container, and fd_shmem=1 is not among the arguments of its init";
        return container ? "fd_shmem=0 is among the arguments of the container's init"
                         : "fd_shmem=0 is on the kernel command line";
}

bool switch_in_container(int root_fd)
{
        return faccessat(root_fd, "run/systemd/container", F_OK, 0) >= 0;
}
