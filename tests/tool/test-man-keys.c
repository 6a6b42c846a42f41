/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem.conf(5) has exactly the keys of conf/keys.c, in their order, with their defaults. */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/keys.h"

static char *read_page(void)
{
        _cleanup_fclose_ FILE *file = fopen(MAN_SOURCE, "re");
        char *text = calloc(1, 65536);

        assert_non_null(file);
        assert_true(fread(text, 1, 65535, file) > 0);
        return text;
}

/* The next "*Key=*" that stands alone on a line before END; NULL: none. */
static const char *next_entry(const char *p, const char *end)
{
        for (; p && p < end; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
                size_t letters = 0;

                if (*p != '*')
                        continue;
                while (isalpha((unsigned char) p[1 + letters]))
                        letters++;
                if (letters > 0 && strncmp(p + 1 + letters, "=*\n", 3) == 0)
                        return p;
        }
        return NULL;
}

/* An entry ends at the next one; line breaks count as blanks. */
static void check_default(const char *entry, const char *end, const struct key *key)
{
        _cleanup_free_ char *text = strndup(entry, (size_t) (end - entry)), *expected = NULL;

        size_t n = 0;

        for (size_t i = 0; text[i]; i++) {
                char c = isspace((unsigned char) text[i]) ? ' ' : text[i];

                if (c != ' ' || n == 0 || text[n - 1] != ' ')
                        text[n++] = c;
        }
        text[n] = '\0';
        if (!key->fallback)
                return;
        assert_true(asprintf(&expected, "Default: %s.", key->fallback) > 0);
        if (!strstr(text, expected))
                fail_msg("%s=: the page does not say '%s' but: %s", key->name, expected, text);
}

static void check_section(enum section_kind kind, const char *page, const char *heading)
{
        const char *entry = strstr(page, heading), *end, *next;
        size_t n;
        const struct key *keys = keys_of(kind, &n);

        assert_non_null(entry);
        entry++;
        end = strstr(entry, "\n# ");
        assert_non_null(end);

        entry = next_entry(entry, end);
        for (size_t i = 0; i < n; i++) {
                if (!entry || strncmp(entry + 1, keys[i].name, strlen(keys[i].name)) != 0 ||
                    entry[1 + strlen(keys[i].name)] != '=')
                        fail_msg("%s= is not in its place in the page, but: %.20s", keys[i].name,
                                 entry ? entry : "nothing");
                next = next_entry(entry + 1, end);
                check_default(entry, next ? next : end, &keys[i]);
                entry = next;
        }
        if (entry)
                fail_msg("the page has a key that does not exist: %.20s", entry);
}

static void test_keys(void **state)
{
        _cleanup_free_ char *page = read_page();

        check_section(SECTION_DOMAIN, page, "# KEYS OF A DOMAIN");
        check_section(SECTION_GLOBAL, page, "# KEYS OF [fd-shmem]");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_keys),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
