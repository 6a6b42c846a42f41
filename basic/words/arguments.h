/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Command line arguments common to several helpers. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/words/page-size.h"

/* "normal,huge": sets RET of those types, clears it of the others; "" is none. -EINVAL. */
int page_types_parse(const char *text, bool ret[N_PAGE_TYPES]);

/* Whether NAME can be a domain's name: it becomes part of file and unit names, so that a slash or a
 * leading dot must not get in. */
bool domain_name_is_safe(const char *name);

/* An option of a program's command line. */
struct argument {
        const char *name;
        int (*parse)(const char *value,
                     void *ret); /* NULL: it has no value, and sets the bool RET */
        void *ret;
};

/* Goes through the options, of which TABLE has a row each and ends with an empty one. -EINVAL: one is
 * unknown or lacks its value (getopt_long(3) has said so), a value was refused, or something that is no
 * option is left over. */
int arguments_parse(int argc, char **argv, const struct argument *table);

/* For the table: a text as it is (RET is a const char *), a domain's name, an absolute path, a list of
 * page types (a bool [N_PAGE_TYPES]), a page size (a struct page_size), one more string (a struct argument_list). */
int argument_text(const char *value, void *ret);
int argument_domain(const char *value, void *ret);
int argument_path(const char *value, void *ret);
int argument_page_types(const char *value, void *ret);
int argument_page_size(const char *value, void *ret);
int argument_add(const char *value, void *ret);

struct argument_list {
        char **strings; /* NULL-ended; NULL: none. The caller frees by string_list_free(). */
        size_t n;
};
