/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/node-set.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int parse_number(const char **cursor, unsigned *ret)
{
        char *end;
        unsigned long number;

        if (!isdigit((unsigned char) **cursor))
                return -EINVAL;
        errno = 0;
        number = strtoul(*cursor, &end, 10);
        if (errno != 0 || number > NODE_MAX)
                return -EINVAL;
        *cursor = end;
        *ret = (unsigned) number;
        return 0;
}

/* "2" or "2-3". */
static int parse_range(const char **cursor, struct node_set *set)
{
        unsigned first, last;
        int r = parse_number(cursor, &first);

        last = first;
        if (r >= 0 && **cursor == '-') {
                (*cursor)++;
                r = parse_number(cursor, &last);
        }
        if (r < 0 || last < first)
                return -EINVAL;
        for (unsigned node = first; node <= last; node++)
                set->has[node] = true;
        return 0;
}

int node_set_parse(const char *text, struct node_set *ret)
{
        struct node_set set = {};
        const char *cursor = text;
        int r;

        while ((r = parse_range(&cursor, &set)) >= 0 && *cursor == ',')
                cursor++;
        if (r < 0 || *cursor != '\0')
                return -EINVAL;
        *ret = set;
        return 0;
}

char *node_set_format(const struct node_set *set)
{
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        if (!f)
                return NULL;
        for (unsigned node = 0; node <= NODE_MAX; node++) {
                unsigned last = node;

                if (!set->has[node])
                        continue;
                while (last < NODE_MAX && set->has[last + 1])
                        last++;
                fprintf(f, "%s%u", ftell(f) > 0 ? "," : "", node);
                if (last > node)
                        fprintf(f, "-%u", last);
                node = last;
        }
        if (fclose(f) != 0) {
                free(text);
                return NULL;
        }
        return text;
}
