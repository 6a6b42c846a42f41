/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "conf/loader.h"

/* Beyond this number, further problems are most likely repetitions. */
#define MESSAGES_MAX 100

/* The subject of an error, as the start of its message. The message can have names and values of
 * the file in it, and goes to logs, terminals and units. */
static char *__attribute__((format(printf, 2, 0)))
format_message(const struct section *section, const char *format, va_list ap)
{
        _cleanup_free_ char *text = NULL, *sentence = NULL;

        if (vasprintf(&text, format, ap) < 0) {
                text = NULL;
                return NULL;
        }
        if (section && asprintf(&sentence, "[%s] %s", section->name, text) < 0) {
                sentence = NULL;
                return NULL;
        }
        return text_to_line(sentence ?: text);
}

static void set_error(struct loader *loader, struct domain *domain, const struct place *place,
                      const char *message)
{
        if (asprintf(&domain->error, "%s:%u: %s", place->file ?: "(no file)", place->line,
                     message) < 0) {
                domain->error = NULL;
                loader->error = -ENOMEM;
        }
}

static unsigned *counter(struct loader *loader, int level)
{
        return level <= LOG_ERR ? &loader->n_errors : &loader->n_warnings;
}

bool loader_is_one_of_many(struct loader *loader, int level)
{
        unsigned *n = counter(loader, level);

        if (*n < MESSAGES_MAX)
                return false;
        (*n)++;
        return true;
}

static void report_left_out(struct loader *loader, int level, const char *what)
{
        const unsigned n = *counter(loader, level);
        char text[64];

        if (n <= MESSAGES_MAX || !loader->report)
                return;
        snprintf(text, sizeof(text), "and %u more %s", n - MESSAGES_MAX, what);
        loader->report(level, NULL, 0, text, loader->userdata);
}

void loader_report_rest(struct loader *loader)
{
        report_left_out(loader, LOG_ERR, "errors");
        report_left_out(loader, LOG_WARNING, "warnings");
}

/* Whether the message would become the error of a domain. */
static bool is_first_error(const struct section *section, int level)
{
        return level <= LOG_ERR && section && section->kind == SECTION_DOMAIN &&
               !section->domain.error;
}

void loader_problem(struct loader *loader, int level, struct section *section,
                    const struct place *place, const char *format, ...)
{
        _cleanup_free_ char *message = NULL;
        bool muted = loader_is_one_of_many(loader, level);
        va_list ap;

        if (muted && !is_first_error(section, level))
                return;

        va_start(ap, format);
        message = format_message(section, format, ap);
        va_end(ap);
        if (!message) {
                loader->error = -ENOMEM;
                return;
        }

        if (!muted) {
                (*counter(loader, level))++;
                if (loader->report)
                        loader->report(level, place->file, place->line, message, loader->userdata);
        }
        if (is_first_error(section, level))
                set_error(loader, &section->domain, place, message);
}
