/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "state.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MPOL_BIND 2 /* linux/mempolicy.h */

void die(const char *what)
{
        perror(what);
        exit(EXIT_FAILURE);
}

void bind_to_node(unsigned node, bool memory)
{
        unsigned long mask = 1UL << node;
        char path[64], list[4096] = "";
        unsigned first, last;
        cpu_set_t cpus;
        FILE *file;

        snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpulist", node);
        file = fopen(path, "re");
        if (!file || (!fgets(list, sizeof(list), file) && ferror(file)))
                die(path);
        fclose(file);
        CPU_ZERO(&cpus);
        for (char *at = strtok(list, ",\n"); at; at = strtok(NULL, ",\n")) {
                if (sscanf(at, "%u-%u", &first, &last) < 2)
                        last = first = (unsigned) atoi(at);
                for (; first <= last; first++)
                        CPU_SET(first, &cpus);
        }
        if (CPU_COUNT(&cpus) > 0 && sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
                die("sched_setaffinity");
        if (memory && syscall(SYS_set_mempolicy, MPOL_BIND, &mask, 8 * sizeof(mask)) < 0)
                die("set_mempolicy");
}
