/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/obstacles.h"

#include <stdarg.h>
#include <string.h>

#include "basic/escape.h"
#include "basic/log.h"

/* More holders than these are counted, not named. */
#define MAX_NAMED 32

void obstacles_done(struct obstacles *obstacles)
{
        holder_list_done(&obstacles->holders);
        free(obstacles->text);
        *obstacles = (struct obstacles){};
}

void obstacles_log(const struct obstacles *obstacles, int level)
{
        const char *line = obstacles->text;

        for (; line && *line; line += strcspn(line, "\n") + 1)
                (void) log_full(level, 0, "%.*s", (int) strcspn(line, "\n"), line);
}

int obstacles_add(struct obstacles *obstacles, const char *format, ...)
{
        _cleanup_free_ char *message = NULL, *line = NULL;
        char *text;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&message, format, ap);
        va_end(ap);
        if (r < 0) {
                message = NULL;
                return log_oom();
        }
        /* An owner can move a mount, and name its new place as he likes. */
        line = text_to_line(message);
        if (!line || asprintf(&text, "%s%s\n", obstacles->text ?: "", line) < 0)
                return log_oom();

        free(obstacles->text);
        obstacles->text = text;
        return 0;
}

int obstacles_name_holders(struct obstacles *obstacles, size_t first,
                           const char *const paths[N_PAGE_TYPES])
{
        size_t n = obstacles->holders.n;
        int r = 0;

        for (size_t i = first; i < n && i < first + MAX_NAMED && r >= 0; i++) {
                const struct holder *holder = &obstacles->holders.holders[i];
                _cleanup_free_ char *text = NULL;

                if (holder_format(holder, &text) < 0)
                        return log_oom();
                r = obstacles_add(obstacles, "%s: %s", paths[holder->type], text);
        }
        if (r >= 0 && n > first + MAX_NAMED)
                r = obstacles_add(obstacles, "and %zu more", n - first - MAX_NAMED);
        return r;
}
