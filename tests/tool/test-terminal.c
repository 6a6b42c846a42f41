/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a terminal gets: names made harmless, columns that fit. */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/bar.h"
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

enum { NAME, SIZE, EMPTY, LESS, LEAST, WHO, MORE, N_COLUMNS };

static const struct table_column columns[N_COLUMNS] = {
        [NAME] = { "NAME", .wrap = 6 },
        [SIZE] = { "SIZE", .right = true },
        [EMPTY] = { "EMPTY" },
        [LESS] = { "LESS", .drop = 1 },
        [LEAST] = { "LEAST", .drop = 2 },
        [WHO] = { "WHO", .wrap = 8 },
        [MORE] = { "MORE", .extra = true },
};

static int fill(void *userdata, size_t row, struct table_cell *cells)
{
        static const char *const names[] = { "a", "a_long_name", "\033[1mbad \xff\xe2\x80\xae\\" };

        cell_bytes(cells + SIZE, row * 1024);
        cells[SIZE].colour = COLOUR_RED;
        if (cell_text(cells + NAME, names[row % 3]) < 0 || cell_text(cells + LESS, "l") < 0 ||
            cell_text(cells + LEAST, "m") < 0 || cell_text(cells + MORE, "n") < 0)
                return -ENOMEM;
        return cell_text(cells + WHO, row % 3 < 2 ? "one two three" : NULL);
}

static const struct table table = {
        .columns = columns,
        .n_columns = N_COLUMNS,
        .n_rows = 2,
        .row = fill,
};

static char *render(const struct table *what, size_t width, bool colour)
{
        struct terminal terminal = { .width = width, .colour = colour };
        char *text = NULL;
        size_t size;

        terminal.out = open_memstream(&text, &size);
        assert_int_equal(table_print(what, &terminal), 0);
        fclose(terminal.out);
        return text;
}

static void test_table_wide(void **state)
{
        _cleanup_free_ char *text = render(&table, 0, false);

        assert_string_equal(text, "NAME          SIZE  LESS  LEAST  WHO\n"
                                  "a                0  l     m      one two three\n"
                                  "a_long_name  1 KiB  l     m      one two three\n");
}

static void test_table_narrow(void **state)
{
        struct table indented = table;
        _cleanup_free_ char *text = NULL;

        indented.indent = 2;
        text = render(&indented, 32, false);
        assert_string_equal(text, "  NAME     SIZE  LESS  WHO\n"
                                  "  a           0  l     one two\n"
                                  "                       three\n"
                                  "  a_long  1 KiB  l     one two\n"
                                  "  _name                three\n"
                                  "  (no room for LEAST)\n");
}

static void test_table_fits(void **state)
{
        for (size_t width = 23; width < 60; width++) {
                _cleanup_free_ char *text = render(&table, width, false);
                char *saved = NULL;

                for (char *line = strtok_r(text, "\n", &saved); line;
                     line = strtok_r(NULL, "\n", &saved))
                        if (line[0] != '(')
                                assert_true(text_width(line) <= width);
        }
}

/* What was asked for is there, empty or not, in this order, and is not dropped for want of room. */
static void test_table_columns(void **state)
{
        const struct table_format format = { .columns = { MORE, EMPTY, LEAST }, .n_columns = 3 };
        struct table chosen = table;
        _cleanup_free_ char *text = NULL;

        chosen.format = &format;
        text = render(&chosen, 10, false);
        assert_string_equal(text, "MORE  EMPTY  LEAST\n"
                                  "n            m\n"
                                  "n            m\n");
}

/* One escape for all, and every column of every row, for whoever splits at blanks. */
static void test_table_raw(void **state)
{
        const struct table_format format = { .raw = true, .no_headings = true, .bytes = true };
        struct table raw = table;
        _cleanup_free_ char *text = NULL;

        raw.format = &format;
        raw.n_rows = 3;
        raw.indent = 2;
        text = render(&raw, 20, false);
        assert_string_equal(text, "a 0  l m one\\x20two\\x20three\n"
                                  "a_long_name 1024  l m one\\x20two\\x20three\n"
                                  "\\x1b[1mbad\\x20\\xff\\xe2\\x80\\xae\\x5c 2048  l m \n");
}

/* Escaped once: by us where people read it. */
static void test_table_hostile(void **state)
{
        const struct table_format format = { .columns = { NAME }, .n_columns = 1 };
        struct table hostile = table;
        _cleanup_free_ char *text = NULL;

        hostile.format = &format;
        hostile.n_rows = 3;
        text = render(&hostile, 0, true);
        assert_non_null(strstr(text, "\n\\x1b[1mbad \\xff\\u202e\\\\\n"));
}

/* More rows than libsmartcols gets at once: one heading, and the same widths all along. */
static void test_table_long(void **state)
{
        struct table many = table;
        _cleanup_free_ char *text = NULL;
        char *saved = NULL, *line;
        size_t n = 0;

        many.n_rows = 5000;
        text = render(&many, 0, false);
        for (line = strtok_r(text, "\n", &saved); line; line = strtok_r(NULL, "\n", &saved), n++) {
                assert_true((strncmp(line, "NAME ", 5) == 0) == (n == 0));
                if (n % 3 > 0)
                        assert_int_equal(strstr(line, " one ") - line, 47);
        }
        assert_int_equal(n, 5001);
}

static void test_table_json(void **state)
{
        const struct table_format format = { .columns = { NAME, SIZE, EMPTY }, .n_columns = 3 };
        struct json_writer writer = { .mode = JSON_SHORT };
        struct table some = table;
        char *text = NULL;
        size_t size;

        some.format = &format;
        some.n_rows = 3;
        writer.out = open_memstream(&text, &size);
        json_writer_open(&writer, NULL, '{');
        assert_int_equal(table_write_json(&some, "things", &writer), 0);
        json_writer_close(&writer, '}');
        assert_int_equal(json_writer_finish(&writer), 0);
        fclose(writer.out);
        assert_string_equal(text,
                            "{\"things\":[{\"name\":\"a\",\"size\":0,\"empty\":null},"
                            "{\"name\":\"a_long_name\",\"size\":1024,\"empty\":null},"
                            "{\"name\":\"\\u001b[1mbad \xef\xbf\xbd\\u202e\\\\\",\"size\":2048,"
                            "\"empty\":null}]}\n");
        free(text);
}

static void test_colour(void **state)
{
        _cleanup_free_ char *plain = render(&table, 0, false), *coloured = render(&table, 0, true);

        assert_null(strchr(plain, '\033'));
        assert_non_null(strstr(coloured, "\033[31m1 KiB\033[0m"));
        assert_non_null(strstr(coloured, "\033[1mNAME"));
}

/* Every part that is there is seen, and all together are as wide as asked. */
static void test_bar(void **state)
{
        _cleanup_free_ char *bar = NULL;
        static const struct {
                uint64_t parts[3];
                unsigned cells, expected[3];
        } cases[] = {
                { { 1, 1, 2 }, 8, { 2, 2, 4 } },
                { { 0, 0, 7 }, 8, { 0, 0, 8 } },
                { { 1, 1000000, 1 }, 8, { 1, 6, 1 } },
                { { 1, 1, 1 }, 8, { 4, 2, 2 } },
                { { UINT64_C(1) << 62, UINT64_C(1) << 62, 0 }, 24, { 12, 12, 0 } },
                { { 0, 0, 0 }, 8, { 0, 0, 0 } },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                unsigned widths[3];

                bar_divide(cases[i].parts, 3, cases[i].cells, widths);
                assert_memory_equal(widths, cases[i].expected, sizeof(widths));
        }
        bar = bar_draw((const uint64_t[]){ 2, 1, 1 }, 4);
        assert_string_equal(bar, "██▒░");
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
                cmocka_unit_test(test_table_fits),    cmocka_unit_test(test_table_columns),
                cmocka_unit_test(test_table_raw),     cmocka_unit_test(test_table_hostile),
                cmocka_unit_test(test_table_long),    cmocka_unit_test(test_table_json),
                cmocka_unit_test(test_colour),        cmocka_unit_test(test_bar),
                cmocka_unit_test(test_terminal_open), cmocka_unit_test(test_json_writer),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                return 77;
        return cmocka_run_group_tests(tests, NULL, NULL);
}
