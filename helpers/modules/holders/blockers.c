/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/blockers.h"

#include <stdarg.h>
#include <string.h>

#include "basic/escape.h"
#include "basic/log.h"

/* More holders than these are counted, not named. */
#define MAX_NAMED 32

void blockers_done(struct blockers *blockers)
{
        holder_list_done(&blockers->holders);
        free(blockers->text);
        *blockers = (struct blockers){};
}

void blockers_log(const struct blockers *blockers, int level)
{
        const char *line = blockers->text;

        for (; line && *line; line += strcspn(line, "\n") + 1)
                (void) log_full(level, 0, "%.*s", (int) strcspn(line, "\n"), line);
}

int blockers_add(struct blockers *blockers, const char *format, ...)
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
        /* An owner can move a mount, and choose any name for its new place. */
        line = text_to_line(message);
        if (!line || asprintf(&text, "%s%s\n", blockers->text ?: "", line) < 0)
                return log_oom();

        free(blockers->text);
        blockers->text = text;
        return 0;
}

int blockers_name_holders(struct blockers *blockers, size_t first,
                          const char *const paths[N_PAGE_TYPES])
{
        size_t n = blockers->holders.n;
        int r = 0;

        for (size_t i = first; i < n && i < first + MAX_NAMED && r >= 0; i++) {
                const struct holder *holder = &blockers->holders.holders[i];
                _cleanup_free_ char *text = NULL;

                if (holder_format(holder, &text) < 0)
                        return log_oom();
                r = blockers_add(blockers, "%s: %s", paths[holder->type], text);
        }
        if (r >= 0 && n > first + MAX_NAMED)
                r = blockers_add(blockers, "and %zu more", n - first - MAX_NAMED);
        return r;
}
