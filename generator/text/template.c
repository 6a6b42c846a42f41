/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/text/template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
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

/* The values by the first letter of their names: a text has many places, and there are many values. */
struct value_index {
        const struct template_value *values;
        uint8_t first[128];       /* the first value with that letter, counted from 1; 0: none */
        uint8_t next[UINT8_MAX]; /* the one after it */
};

static unsigned letter_of(const char *name)
{
        return (unsigned char) name[0] % 128;
}

static int index_values(const struct template_value *values, struct value_index *ret)
{
        size_t n = 0;

        ret->values = values;
        memset(ret->first, 0, sizeof(ret->first));
        while (values[n].name)
                if (++n > UINT8_MAX)
                        return -ENXIO;
        for (size_t i = n; i-- > 0;) {
                uint8_t *first = &ret->first[letter_of(values[i].name)];

                ret->next[i] = *first;
                *first = (uint8_t) (i + 1);
        }
        return 0;
}

static const struct template_value *find_value(const struct value_index *index, const char *name,
                                               size_t length)
{
        for (uint8_t i = index->first[letter_of(name)]; i > 0; i = index->next[i - 1]) {
                const struct template_value *value = &index->values[i - 1];

                if (strncmp(value->name, name, length) == 0 && value->name[length] == '\0')
                        return value;
        }
        return NULL;
}

/* Appends LINE (up to END) with its places filled. Returns 1, or 0 if a place has no value, in which
 * case some of the line may have been appended. */
static int append_line(struct text *text, const char *line, const char *end,
                       const struct value_index *index)
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
                value = close ? find_value(index, place + 1, (size_t) (close - place - 1)) : NULL;
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
        struct value_index index;
        struct text text = {};
        int r = index_values(values, &index);

        while (*template && r >= 0) {
                size_t start = text.length;
                const char *newline = strchrnul(template, '\n');
                const char *next = *newline ? newline + 1 : newline;

                r = append_line(&text, template, next, &index);
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
