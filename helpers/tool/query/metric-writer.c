/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/metric-writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/escape.h"

#define PREFIX "fd_shmem_"

void metric_family_print(struct metric_writer *w, const struct metric_family *family,
                         const struct query *query)
{
        w->family = family;
        fprintf(w->out, "# HELP " PREFIX "%s %s.\n", family->name, family->help);
        fprintf(w->out, "# TYPE " PREFIX "%s gauge\n", family->name);
        if (family->unit)
                fprintf(w->out, "# UNIT " PREFIX "%s %s\n", family->name, family->unit);
        family->print(w, query);
}

/* A value of a label is UTF-8, in which these three are written with a backslash. */
static void put_label(FILE *out, const char *name, const char *value)
{
        _cleanup_free_ char *text = text_to_utf8(value);

        fprintf(out, "%s=\"", name);
        for (const char *p = text ?: "?"; *p; p++)
                if (*p == '\n')
                        fputs("\\n", out);
                else
                        fprintf(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
        fputc('"', out);
}

void metric_put(struct metric_writer *w, uint64_t value, ...)
{
        const char *name;
        size_t n = 0;
        va_list ap;

        fprintf(w->out, PREFIX "%s", w->family->name);
        va_start(ap, value);
        while ((name = va_arg(ap, const char *))) {
                fputc(n++ == 0 ? '{' : ',', w->out);
                put_label(w->out, name, va_arg(ap, const char *));
        }
        va_end(ap);
        fprintf(w->out, "%s %" PRIu64 "\n", n > 0 ? "}" : "", value);
}

void metric_put_nsec(struct metric_writer *w, uint64_t nsec)
{
        fprintf(w->out, PREFIX "%s %" PRIu64 ".%06" PRIu64 "\n", w->family->name,
                nsec / NSEC_PER_SEC, nsec % NSEC_PER_SEC / 1000);
}

void metric_finish(struct metric_writer *w)
{
        fputs("# EOF\n", w->out);
}
