/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/table-columns.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/nearest.h"

struct names {
        const struct table_column *columns;
        size_t n;
};

/* "NODE, TYPE", or NULL. */
static char *join(const struct names *names)
{
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        for (size_t i = 0; i < names->n; i++)
                fprintf(out, "%s%s", i ? ", " : "", names->columns[i].name);
        if (fclose(out) != 0) {
                free(text);
                return NULL;
        }
        return text;
}

static int say_unknown(const struct names *names, const char *word)
{
        _cleanup_free_ char *escaped = text_escape(word), *all = join(names);
        struct nearest nearest = NEAREST_TO(word);

        for (size_t i = 0; i < names->n; i++)
                nearest_consider(&nearest, names->columns[i].name);
        return log_error_errno(EINVAL, "--output=%s: there is no such column%s%s%s; there are %s",
                               escaped ?: "", nearest.word ? "; did you mean " : "",
                               nearest.word ?: "", nearest.word ? "?" : "", all ?: "?");
}

static int add_column(struct table_format *format, size_t column)
{
        if (format->n_columns == TABLE_COLUMNS_MAX)
                return log_error_errno(EINVAL, "--output=: at most %d columns can be shown",
                                       TABLE_COLUMNS_MAX);
        format->columns[format->n_columns++] = column;
        return 0;
}

static int add_named(struct table_format *format, const struct names *names, const char *word)
{
        for (size_t i = 0; i < names->n; i++)
                if (strcasecmp(names->columns[i].name, word) == 0)
                        return add_column(format, i);
        return say_unknown(names, word);
}

static int add_default(struct table_format *format, const struct names *names)
{
        int r = 0;

        for (size_t i = 0; i < names->n && r >= 0; i++)
                if (!names->columns[i].extra)
                        r = add_column(format, i);
        return r;
}

int table_columns_parse(const char *list, const struct table_column *columns, size_t n_columns,
                        struct table_format *format)
{
        const struct names names = { columns, n_columns };
        _cleanup_free_ char *copy = strdup(list);
        char *rest = copy, *word;
        int r = 0;

        if (!copy)
                return log_oom();
        format->n_columns = 0;
        if (*rest == '+') {
                rest++;
                r = add_default(format, &names);
        }
        while (r >= 0 && (word = strsep(&rest, ",")))
                r = add_named(format, &names, word);
        return r;
}
