/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ownership in C: the resource that a variable owns is released when it goes out of scope, unless
 * TAKE_PTR() or TAKE_FD() passed it on. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* Defines FUNCp(), which releases the pointer that a variable holds; for use with _cleanup_(). */
#define DEFINE_TRIVIAL_CLEANUP(type, func)  \
        static inline void func##p(type *p) \
        {                                   \
                if (*p)                     \
                        func(*p);           \
        }

static inline void freep(void *p)
{
        free(*(void **) p);
}

/* Closes *FD unless it is negative; errno stays as it was. */
static inline void closep(int *fd)
{
        int saved = errno;

        if (*fd >= 0)
                close(*fd);
        errno = saved;
}

DEFINE_TRIVIAL_CLEANUP(FILE *, fclose)
DEFINE_TRIVIAL_CLEANUP(DIR *, closedir)

#define _cleanup_free_     _cleanup_(freep)
#define _cleanup_close_    _cleanup_(closep)
#define _cleanup_fclose_   _cleanup_(fclosep)
#define _cleanup_closedir_ _cleanup_(closedirp)

#define TAKE_PTR(ptr)                           \
        ({                                      \
                __typeof__(ptr) _taken = (ptr); \
                (ptr) = NULL;                   \
                _taken;                         \
        })

#define TAKE_FD(fd)                \
        ({                         \
                int _taken = (fd); \
                (fd) = -1;         \
                _taken;            \
        })

#define ELEMENTSOF(array) (sizeof(array) / sizeof((array)[0]))
