/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/terminal/terminal-progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "basic/clock.h"
#include "basic/log.h"

/* The delay of the first message, and the interval of the following ones. */
#define SILENCE_USEC  (1 * USEC_PER_SEC)
#define TERMINAL_USEC (USEC_PER_SEC / 5)
#define JOURNAL_USEC  (5 * USEC_PER_SEC)

void terminal_progress_begin(struct terminal_progress *progress, const char *what)
{
        *progress = (struct terminal_progress){
                .what = what,
                .started = clock_usec(),
                .terminal = isatty(STDERR_FILENO),
        };
}

static void format_seconds(uint64_t seconds, char *text, size_t size)
{
        if (seconds < 120)
                snprintf(text, size, "%" PRIu64 " s", seconds);
        else
                snprintf(text, size, "%" PRIu64 " min", (seconds + 30) / 60);
}

void terminal_progress_format(const struct terminal_progress *progress, uint64_t usec,
                              uint64_t done, uint64_t asked, char *text, size_t size)
{
        double seconds = (double) usec / USEC_PER_SEC;
        double rate =
                done > progress->base && usec > 0 ? (double) (done - progress->base) / seconds : 0;
        char of[32] = "", left[40] = "";

        if (asked > 0)
                snprintf(of, sizeof(of), " of %" PRIu64, asked);
        if (asked > done && rate > 0) {
                char duration[24];

                format_seconds((uint64_t) ((double) (asked - done) / rate + 0.5), duration,
                               sizeof(duration));
                snprintf(left, sizeof(left), ", %s left", duration);
        }
        snprintf(text, size, "%s: %" PRIu64 "%s, %.*f/s%s", progress->what, done, of,
                 rate < 10 ? 1 : 0, rate, left);
}

void terminal_progress_update(struct terminal_progress *progress, uint64_t done, uint64_t asked)
{
        uint64_t now = clock_usec(), pause = progress->terminal ? TERMINAL_USEC : JOURNAL_USEC;
        char text[160];

        if (!progress->begun) {
                progress->begun = true;
                progress->base = done;
        }
        if (now - progress->started < SILENCE_USEC)
                return;
        if (progress->shown > 0 && now - progress->shown < pause)
                return;

        progress->shown = now;
        terminal_progress_format(progress, now - progress->started, done, asked, text,
                                 sizeof(text));
        if (progress->terminal)
                fprintf(stderr, "\r\033[K%s", text);
        else
                log_info("%s", text);
}

void terminal_progress_end(struct terminal_progress *progress)
{
        if (progress->terminal && progress->shown > 0)
                fputs("\r\033[K", stderr);
        progress->shown = 0;
}
