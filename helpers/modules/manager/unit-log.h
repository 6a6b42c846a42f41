/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Journal messages of units, as shown by "systemctl status". */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"

struct log_line {
        uint64_t usec;    /* since the epoch */
        char *identifier; /* the program that wrote it; NULL: not known */
        pid_t pid;        /* 0: not known */
        int priority;     /* as syslog(3) has it */
        char *message;    /* as it was written: may contain any character */
};

struct unit_log {
        struct log_line *lines; /* the oldest first */
        size_t n;
};

/* Reads the last MAX lines since the boot that were written by one of the N UNITS, or by the service
 * manager about one of them. -ENOENT: there is no readable journal. The caller releases RET by
 * unit_log_done(), after a failure as well. */
int unit_log_read(char *const *units, size_t n, size_t max, struct unit_log *ret);

void unit_log_done(struct unit_log *log);

#define _cleanup_unit_log_ _cleanup_(unit_log_done)
