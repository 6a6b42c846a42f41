/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Looking at processes that may keep us waiting. Whoever lists the mappings of a process takes the lock of
 * its memory map, and a process can keep that for as long as it likes: by a file server of its own that
 * does not answer while something is mapped. Only a deadly signal ends such a wait (fs/proc/base.c:
 * mmap_read_lock_killable), so a child looks, which is killed if it does not get on. */

#include <stddef.h>

struct guarded_look {
        /* In the child: looks at number I and sends what it finds, a message each. */
        void (*look)(int out, size_t i, void *userdata);
        /* In the parent: takes a message. */
        int (*take)(const void *message, size_t size, void *userdata);
        /* In the parent: number I cannot be examined. 0: on with the next; else that is the result. */
        int (*stuck)(size_t i, void *userdata);
        void *userdata;
};

/* Goes through the numbers from 0 to N - 1, as long as all goes well. */
int guarded_look(const struct guarded_look *look, size_t n);

/* Reports progress, in the process that examines. */
void guarded_step(void);
