/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Progress of a slow operation, for people: nothing for the first second, then on a terminal one
 * line that is rewritten, elsewhere (the journal of a service, a log file) an occasional line. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal_progress {
        const char *what; /* "node 1: huge pages", "node 1: blocks compacted" */
        uint64_t started; /* microseconds, CLOCK_MONOTONIC */
        uint64_t shown;   /* when it was last shown; 0: never */
        bool terminal;    /* standard error is one */
        bool begun;       /* BASE is known */
        uint64_t base;    /* done when it started: not counted in the rate */
};

/* WHAT must stay valid to the end. The amount at the first update counts as done before the start. */
void terminal_progress_begin(struct terminal_progress *progress, const char *what);

/* DONE of ASKED are done (ASKED 0: the total is unknown). Cheap: call it on every change. */
void terminal_progress_update(struct terminal_progress *progress, uint64_t done, uint64_t asked);

/* Removes the terminal's line. */
void terminal_progress_end(struct terminal_progress *progress);

/* The text of the line, for USEC microseconds since the start:
 * "node 1: huge pages: 312 of 512, 120/s, 2 s left". Pure. */
void terminal_progress_format(const struct terminal_progress *progress, uint64_t usec,
                              uint64_t done, uint64_t asked, char *text, size_t size);
