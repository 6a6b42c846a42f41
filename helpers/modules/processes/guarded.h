/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Examines processes that may block us. Listing the mappings of a process takes the lock of its memory
 * map, which the process can hold indefinitely, e.g. with its own file server that does not answer while
 * something is mapped. Only a fatal signal ends such a wait (fs/proc/base.c: mmap_read_lock_killable), so
 * a child does this, which is killed if it makes no progress. */

#include <stddef.h>

struct guarded_look {
        /* In the child: examines number I and sends its findings, one message each. */
        void (*look)(int out, size_t i, void *userdata);
        /* In the parent: takes a message. */
        int (*take)(const void *message, size_t size, void *userdata);
        /* In the parent: number I cannot be examined. 0: continue with the next; otherwise, this is the
         * result. */
        int (*stuck)(size_t i, void *userdata);
        void *userdata;
};

/* Goes through the numbers from 0 to N - 1 until there is an error. */
int guarded_look(const struct guarded_look *look, size_t n);

/* Reports progress, in the process that examines. */
void guarded_step(void);
