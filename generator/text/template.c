/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/text/template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"

/* Enough for most units. */
#define SIZE_AT_FIRST 1024

struct text {
        char *data;
        size_t length;
        size_t size;
};

static int text_append(struct text *text, const char *data, size_t length)
{
        if (text->length + length + 1 > text->size) {
                size_t size = (text->length + length + 1) * 2 + SIZE_AT_FIRST;
                char *grown = realloc(text->data, size);

                if (!grown)
                        return -ENOMEM;
                text->data = grown;
                text->size = size;
        }

        memcpy(text->data + text->length, data, length);
        text->length += length;
        text->data[text->length] = '\0';
        return 0;
}

static const struct template_value *find_value(const struct template_value *values,
                                               const char *name, size_t length)
{
        for (; values->name; values++)
                if (values->name[0] == name[0] && strncmp(values->name, name, length) == 0 &&
                    values->name[length] == '\0')
                        return values;

        return NULL;
}

/* Appends LINE (up to END) with its places filled. Returns 1, or 0 if a place has no value, in which
 * case some of the line may have been appended. */
static int append_line(struct text *text, const char *line, const char *end,
                       const struct template_value *values)
{
        while (line < end) {
                const char *place = memchr(line, '{', (size_t) (end - line));
                const struct template_value *value;
                const char *close;
                int r;

                r = text_append(text, line, (size_t) ((place ?: end) - line));
                if (r < 0 || !place)
                        return r < 0 ? r : 1;

                close = memchr(place, '}', (size_t) (end - place));
                value = close ? find_value(values, place + 1, (size_t) (close - place - 1)) : NULL;
                if (!value)
                        return -ENXIO;
                if (!value->value)
                        return 0;

                r = text_append(text, value->value, strlen(value->value));
                if (r < 0)
                        return r;
                line = close + 1;
        }

        return 1;
}

int template_fill(const char *template, const struct template_value *values, char **ret)
{
        _cleanup_free_ char *data = NULL;
        struct text text = {};
        int r = 0;

        while (*template && r >= 0) {
                size_t start = text.length;
                const char *newline = strchrnul(template, '\n');
                const char *next = *newline ? newline + 1 : newline;

                r = append_line(&text, template, next, values);
                if (r == 0)
                        text.length = start;
                template = next;
        }
        if (r >= 0)
                r = text_append(&text, "", 0);

        data = text.data;
        if (r < 0)
                return r;
        *ret = TAKE_PTR(data);
        return 0;
}
