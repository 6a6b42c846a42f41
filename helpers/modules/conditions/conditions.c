/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/conditions/conditions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/io.h"
#include "basic/words/unit-table.h"

/* Where systemd has generators write (systemd.generator(7): normal-dir). */
#define GENERATED "run/systemd/generator"

#define ASSERT    "Assert"
#define CONDITION "Condition"

/* "ConditionA=1, ConditionB=2 and ConditionC=3" of a list that is not empty, with SEPARATOR between two and
 * LAST before the last. */
static char *join(char *const *conditions, const char *separator, const char *last)
{
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        for (char *const *p = conditions; *p; p++)
                fprintf(out, "%s" CONDITION "%s", p == conditions ? "" : (p[1] ? separator : last),
                        *p);
        if (fclose(out) != 0) {
                free(text);
                return NULL;
        }
        return text;
}

static char *describe(char *const *conditions, bool known)
{
        _cleanup_free_ char *list = join(conditions, ", ", " and ");
        char *text;

        if (!list || asprintf(&text, "%s%s", list,
                              !known          ? ": not all of this was met"
                              : conditions[1] ? " are not met"
                                              : " is not met") < 0)
                return NULL;
        return text;
}

int conditions_unmet(sd_bus *bus, const char *domain, char **ret)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_PREPARE, domain), *text = NULL;
        _cleanup_strings_ char **unmet = NULL;
        bool known;
        int r;

        if (!unit)
                return -ENOMEM;
        r = manager_unit_unmet(bus, unit, &unmet, &known);
        if (r < 0)
                return r == -ENOENT ? UNMET_NONE : r;
        if (!unmet)
                return UNMET_NONE;
        text = describe(unmet, known);
        if (!text)
                return -ENOMEM;
        *ret = TAKE_PTR(text);
        return known ? UNMET_KNOWN : UNMET_EARLIER;
}

/* The inverse of unit_escape_specifiers(), in place. */
static void unescape_specifiers(char *text)
{
        char *t = text;

        for (char *p = text; *p; p++) {
                *t++ = *p;
                if (p[0] == '%' && p[1] == '%')
                        p++;
        }
        *t = '\0';
}

int conditions_loaded(int root, const char *domain, char ***ret)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_PREPARE, domain), *path = NULL,
                            *text = NULL;
        _cleanup_strings_ char **list = NULL;
        char *rest, *line;
        size_t n = 0;
        int r = 0;

        if (!unit || asprintf(&path, GENERATED "/%s.d/" UNIT_DROP_IN, unit) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = io_read_file(root, path, &text, NULL);
        if (r == -ENOMEM)
                return r;

        rest = r < 0 ? NULL : text;
        r = 0;
        while (r >= 0 && (line = strsep(&rest, "\n"))) {
                if (strncmp(line, ASSERT, strlen(ASSERT)) != 0)
                        continue;
                unescape_specifiers(line);
                r = string_list_add(&list, &n, line + strlen(ASSERT));
        }
        if (r < 0)
                return r;
        *ret = TAKE_PTR(list);
        return 0;
}

char *conditions_text(char *const *conditions)
{
        return conditions && *conditions ? join(conditions, " ", " ") : strdup("none");
}
