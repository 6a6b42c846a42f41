/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a terminal gets: names made harmless, columns that fit. */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/json-writer.h"
#include "helpers/tool/terminal/table.h"
#include "helpers/tool/terminal/text.h"

static void test_width(void **state)
{
        size_t columns;

        assert_int_equal(text_width("abc"), 3);
        assert_int_equal(text_width("\xc3\xa9"), 1);
        assert_int_equal(text_width("\xe6\xbc\xa2\xe5\xad\x97"), 4); /* two wide characters */
        assert_int_equal(text_fit("one two three", 8, &columns), 8);
        assert_int_equal(text_fit("one two three", 9, &columns), 8);
        assert_int_equal(text_fit("onetwothree", 4, &columns), 4);
        assert_int_equal(text_fit("\xe6\xbc\xa2\xe5\xad\x97", 3, &columns), 3);
        assert_int_equal(columns, 2);
        assert_int_equal(text_fit("\xe6\xbc\xa2", 1, &columns), 3); /* at least one */
}

static void test_numbers(void **state)
{
        static const struct {
                uint64_t bytes;
                const char *text;
        } cases[] = {
                { 0, "0" },
                { 512, "512 B" },
                { UINT64_C(2) << 20, "2 MiB" },
                { UINT64_C(3) << 29, "1.5 GiB" },
                { UINT64_C(1) << 40, "1 TiB" },
                { UINT64_MAX, "16.0 EiB" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *text = text_bytes(cases[i].bytes);

                assert_string_equal(text, cases[i].text);
        }
}

static const struct table_column columns[] = {
        { .title = "NAME", .wrap = 6 },
        { .title = "SIZE", .right = true },
        { .title = "EMPTY" },
        { .title = "LESS", .drop = 1 },
        { .title = "LEAST", .drop = 2 },
        { .title = "WHO", .wrap = 8 },
};

static int fill(void *userdata, size_t row, struct table_cell *cells)
{
        static const char *const names[] = { "a", "a_long_name" };

        if (cell_printf(cells, "%s", names[row]) < 0 ||
            cell_printf(cells + 1, "%zu", row * 1000) < 0 || cell_printf(cells + 3, "l") < 0 ||
            cell_printf(cells + 4, "m") < 0 || cell_printf(cells + 5, "one two three") < 0)
                return -ENOMEM;
        cells[1].colour = COLOUR_RED;
        return 0;
}

static char *render(size_t width, bool colour)
{
        struct terminal terminal = { .width = width, .colour = colour };
        const struct table table = {
                .columns = columns,
                .n_columns = ELEMENTSOF(columns),
                .n_rows = 2,
                .row = fill,
        };
        char *text = NULL;
        size_t size;

        terminal.out = open_memstream(&text, &size);
        assert_int_equal(table_print(&table, &terminal), 0);
        fclose(terminal.out);
        return text;
}

static void test_table_wide(void **state)
{
        _cleanup_free_ char *text = render(0, false);

        assert_string_equal(text, "NAME         SIZE  LESS  LEAST  WHO\n"
                                  "a               0  l     m      one two three\n"
                                  "a_long_name  1000  l     m      one two three\n");
}

static void test_table_narrow(void **state)
{
        _cleanup_free_ char *text = render(30, false);

        assert_string_equal(text, "NAME    SIZE  LESS  WHO\n"
                                  "a          0  l     one two \n"
                                  "                    three\n"
                                  "a_long  1000  l     one two \n"
                                  "_name               three\n"
                                  "(no room for LEAST)\n");
}

static void test_table_fits(void **state)
{
        for (size_t width = 22; width < 60; width++) {
                _cleanup_free_ char *text = render(width, false);
                char *saved = NULL;

                for (char *line = strtok_r(text, "\n", &saved); line;
                     line = strtok_r(NULL, "\n", &saved))
                        if (line[0] != '(')
                                assert_true(text_width(line) <= width);
        }
}

static void test_colour(void **state)
{
        _cleanup_free_ char *plain = render(0, false), *coloured = render(0, true);

        assert_null(strchr(plain, '\033'));
        assert_non_null(strstr(coloured, "\033[31m1000\033[0m"));
}

/* Files are no terminals; whoever says NO_COLOR means it. */
static void test_terminal_open(void **state)
{
        _cleanup_fclose_ FILE *file = tmpfile();
        struct terminal terminal;

        unsetenv("COLUMNS");
        terminal_open(file, &terminal);
        assert_false(terminal.colour);
        assert_int_equal(terminal.width, 0);
        setenv("COLUMNS", "72", 1);
        terminal_open(file, &terminal);
        assert_int_equal(terminal.width, 72);
}

static void test_json_writer(void **state)
{
        struct json_writer writer = {};
        struct json_object *parsed;
        char *text = NULL;
        size_t size;

        writer.out = open_memstream(&text, &size);
        json_writer_open(&writer, NULL, '{');
        json_writer_put(&writer, "a\"b", json_text("x\n\xff"));
        json_writer_put(&writer, "csi", json_text("\xc2\x9b\x7f"));
        json_writer_put(&writer, "none", NULL);
        json_writer_open(&writer, "list", '[');
        json_writer_close(&writer, ']');
        json_writer_open(&writer, "more", '[');
        json_writer_put(&writer, NULL, json_number(UINT64_MAX));
        json_writer_put(&writer, NULL, json_number(2));
        json_writer_close(&writer, ']');
        json_writer_close(&writer, '}');
        assert_int_equal(json_writer_finish(&writer), 0);
        fclose(writer.out);

        assert_null(strpbrk(text, "\xc2\x9b\x7f")); /* nothing for a terminal to obey */
        parsed = json_tokener_parse(text);
        assert_non_null(parsed);
        assert_string_equal(
                json_object_to_json_string_ext(parsed, JSON_C_TO_STRING_PLAIN),
                "{\"a\\\"b\":\"x\\n\xef\xbf\xbd\",\"csi\":\"\xc2\x9b\x7f\",\"none\":null,\"list\":[],"
                "\"more\":[18446744073709551615,2]}");
        json_object_put(parsed);
        free(text);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_width),         cmocka_unit_test(test_numbers),
                cmocka_unit_test(test_table_wide),    cmocka_unit_test(test_table_narrow),
                cmocka_unit_test(test_table_fits),    cmocka_unit_test(test_colour),
                cmocka_unit_test(test_terminal_open), cmocka_unit_test(test_json_writer),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                return 77;
        return cmocka_run_group_tests(tests, NULL, NULL);
}
