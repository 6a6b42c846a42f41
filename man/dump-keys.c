/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints the table of keys as JSON, for what compares the documents. */

#include <stdio.h>

#include "conf/keys/keys.h"

static void print_text(const char *name, const char *text)
{
        printf(", \"%s\": ", name);
        if (!text) {
                fputs("null", stdout);
                return;
        }
        putchar('"');
        for (const char *p = text; *p; p++)
                printf("%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
        putchar('"');
}

int main(void)
{
        putchar('[');
        for (enum section_kind kind = 0; kind < N_SECTION_KINDS; kind++) {
                size_t n;
                const struct key *keys = keys_of(kind, &n);

                for (size_t i = 0; i < n; i++) {
                        printf("%s\n  {\"global\": %s", kind + i > 0 ? "," : "",
                               kind == SECTION_GLOBAL ? "true" : "false");
                        print_text("name", keys[i].name);
                        print_text("fallback", keys[i].fallback);
                        print_text("unset", keys[i].unset);
                        print_text("example", keys[i].example);
                        print_text("option", keys[i].option);
                        print_text("help", keys[i].help);
                        putchar('}');
                }
        }
        fputs("\n]\n", stdout);
        return fflush(stdout) == 0 ? 0 : 1;
}
