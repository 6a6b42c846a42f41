/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"
#include "conf/reader.h"

/* All events as text: "1[NAME] 2KEY=VALUE 3E 4W". */
struct record {
        char text[16384];
        char message[512]; /* the last problem's */
};

static void __attribute__((format(printf, 2, 3)))
add(struct record *record, const char *format, ...)
{
        size_t length = strlen(record->text);
        va_list ap;

        va_start(ap, format);
        if (length > 0)
                record->text[length++] = ' ';
        vsnprintf(record->text + length, sizeof(record->text) - length, format, ap);
        va_end(ap);
}

static void on_section(const char *name, unsigned line, void *userdata)
{
        add(userdata, "%u[%s]", line, name ?: "?");
}

static void on_key(const char *key, const char *value, unsigned line, void *userdata)
{
        add(userdata, "%u%s=%s", line, key, value);
}

static void on_problem(int level, unsigned line, const char *message, void *userdata)
{
        struct record *record = userdata;

        add(record, "%u%s", line, level == LOG_ERR ? "E" : "W");
        snprintf(record->message, sizeof(record->message), "%s", message);
}

static struct record read_text(const char *text, size_t size)
{
        static const struct reader_events events = {
                .section = on_section,
                .key = on_key,
                .problem = on_problem,
        };
        struct record record = {};

        assert_int_equal(reader_read(text, size, &events, &record), 0);
        return record;
}

/* What becomes of a text, in the words of struct record. */
static const struct {
        const char *text;
        const char *events;
        const char *message; /* a part of the last problem, or NULL */
} events_of[] = {
        /* what is fine */
        { "", "", NULL },
        { "\n\n", "", NULL },
        { "[a]\nk=v\n", "1[a] 2k=v", NULL },
        { "[a]\nk=v", "1[a] 2k=v", NULL },
        { "[a]", "1[a]", NULL },
        { "k=v\n", "1k=v", NULL },
        { "[a]\r\nk=v\r\n\r\n", "1[a] 2k=v", NULL },
        { "\xef\xbb\xbf[a]\nk=v\n", "1[a] 2k=v", NULL },
        { "[a]\n[b]\n[a]\n", "1[a] 2[b] 3[a]", NULL },
        { "; one\n# two\n  ; three\n\t# four\n[a] ; five\n[b]# six\n", "5[a] 6[b]", NULL },
        { "[a]\n k \t= v w \t\nl=\n", "1[a] 2E 3l=", "indented" },
        { "[a]\nk  =\t v w \t\nl=\nm= \n", "1[a] 2k=v w 3l= 4m=", NULL },
        { "k=a=b\nl=0:8,1:8\nm=;x\nn=a;b\n", "1k=a=b 2l=0:8,1:8 3m=;x 4n=a;b", NULL },
        { "k=\xc3\xa4\n", "1k=\xc3\xa4", NULL },
        { "#\xff\x01\n", "", NULL },
        /* inih's traps */
        { "[a]\nk=v\n l=w\nm=x\n", "1[a] 2k=v 3E 4m=x", "indented" },
        { "[a]\nk=v\n\t[b]\n", "1[a] 2k=v 3E", "indented" },
        { "[a]\nk: v\n", "1[a] 2E", "colon" },
        { "[a]\nk:l=v\n", "1[a] 2E", "colon" },
        { "[a]\nk=v ; c\n", "1[a] 2E", "'; c' would be cut off" },
        { "[a]\nk=v\t;\n", "1[a] 2E", "cut off" },
        { "[a]\nk= ;\n", "1[a] 2E", "cut off" },
        { "[a]\nk ;l=v\n", "1[a] 2E", "cut off" },
        { "[a]\nk=v # c\n", "1[a] 2W 2k=v # c", "'# c' is part of the value" },
        { "[a]\n=v\n", "1[a] 2E", "no key" },
        { "[a]\n \t=v\n", "1[a] 2E", "indented" },
        { "[a]\nword\n", "1[a] 2E", "'word' is neither" },
        { "[a\nk=v\n", "1[?] 1E 2k=v", "no closing" },
        { "[a ;]\n", "1[?] 1E", "no closing" },
        { "[a] b\n", "1[a] 1E", "'b'" },
        { "[a]]\n", "1[a] 1E", "']'" },
        { "[]\n", "1[]", NULL },
        /* what is no text */
        { "[a]\nk=\xff\n", "1[a] 2E", "UTF-8" },
        { "[a]\nk=\xc0\xaf\n", "1[a] 2E", "UTF-8" },
        { "[a]\nk=\xed\xa0\x80\n", "1[a] 2E", "UTF-8" },
        { "[a]\nk=\xf4\x90\x80\x80\n", "1[a] 2E", "UTF-8" },
        { "[a]\nk=\xc3\n", "1[a] 2E", "UTF-8" },
        { "[\xff]\nk=v\n", "1[?] 1E 2k=v", "UTF-8" },
        { "[a]\nk=\x01\n", "1[a] 2E", "\\x01" },
        { "[a]\nk=v\rw\n", "1[a] 2E", "\\x0d" },
        { "[a]\nk=\x7f\n", "1[a] 2E", "\\x7f" },
};

static void test_events(void **state)
{
        for (size_t i = 0; i < ELEMENTSOF(events_of); i++) {
                struct record record = read_text(events_of[i].text, strlen(events_of[i].text));

                assert_string_equal(record.text, events_of[i].events);
                if (!events_of[i].message)
                        assert_string_equal(record.message, "");
                else if (!strstr(record.message, events_of[i].message))
                        fail_msg("'%s' lacks '%s'", record.message, events_of[i].message);
        }
}

static void test_nul_bytes(void **state)
{
        static const char in_value[] = "[a]\nk=v\0w\nl=w\n", in_name[] = "[a\0b]\nk=v\n";
        static const char alone[] = "\0\n[a]\n", all[8] = "";
        struct record record;

        record = read_text(in_value, sizeof(in_value) - 1);
        assert_string_equal(record.text, "1[a] 2E 3l=w");
        record = read_text(in_name, sizeof(in_name) - 1);
        assert_string_equal(record.text, "1[?] 1E 2k=v");
        record = read_text(alone, sizeof(alone) - 1);
        assert_string_equal(record.text, "1E 2[a]");
        record = read_text(all, sizeof(all));
        assert_string_equal(record.text, "1E");
}

/* A line of N bytes: START, "x" repeated, END. */
static struct record read_long_line(const char *start, size_t n, const char *end)
{
        char text[1024] = "[a]\n";
        size_t head = strlen(text) + strlen(start);

        strcat(text, start);
        memset(text + head, 'x', n - strlen(start) - strlen(end));
        text[strlen("[a]\n") + n - strlen(end)] = '\0';
        strcat(text, end);
        strcat(text, "\nl=w\n");
        return read_text(text, strlen(text));
}

static void test_lengths(void **state)
{
        struct record record;

        record = read_long_line(";", 400, "=v");
        assert_string_equal(record.text, "1[a] 3l=w");
        record = read_long_line("[b] ;", 400, "");
        assert_string_equal(record.text, "1[a] 2[b] 3l=w");
        record = read_long_line("[b] ", 400, "");
        assert_string_equal(record.text, "1[a] 2[b] 2E 3l=w");
        record = read_long_line("word", 400, "");
        assert_string_equal(record.text, "1[a] 2E 3l=w");

        record = read_long_line("", READER_KEY_MAX + 2, "=v");
        assert_non_null(strstr(record.text, " 2xxx"));
        record = read_long_line("", READER_KEY_MAX + 3, "=v");
        assert_string_equal(record.text, "1[a] 2E 3l=w");
        assert_non_null(strstr(record.message, "the key has 49 bytes; at most 48"));

        record = read_long_line("[", READER_SECTION_MAX + 2, "]");
        assert_non_null(strstr(record.text, " 2[xxx"));
        assert_string_equal(record.message, "");
        record = read_long_line("[", READER_SECTION_MAX + 3, "]");
        assert_string_equal(record.text, "1[a] 2[?] 2E 3l=w");
        assert_non_null(strstr(record.message, "name has 65 bytes; at most 64"));
}

/* A value of LENGTH bytes arrives whole, wherever inih's lines end: with blanks there, what begins a
 * comment, what separates keys and values, what marks a piece, half a character. */
static void check_value(size_t length)
{
        static const char pattern[] = "|;#[k]=l:\xc3\xa4\"\\ | x;| \t\t=";
        char text[9000], expected[9000], value[8192 + 1];
        struct record record;

        for (size_t i = 0; i < length; i++)
                value[i] = pattern[(i + length / 256) % strlen(pattern)];
        value[0] = value[length - 1] = 'v'; /* blanks at the ends are not part of it */
        value[length] = '\0';
        while (!utf8_is_valid(value, length)) /* ... half a character at its start or end */
                value[1] = value[length - 2] = 'v';

        snprintf(text, sizeof(text), "[a]\nkey \t= \t%s\t \r\n\nl=w\nm n\n", value);
        snprintf(expected, sizeof(expected), "1[a] 2key=%s 4l=w 5E", value);
        record = read_text(text, strlen(text));
        assert_string_equal(record.text, expected);
}

static void test_long_values(void **state)
{
        struct record record;

        for (size_t length = 3; length <= 1000; length++)
                check_value(length);
        check_value(4096);
        check_value(8192);

        record = read_long_line("k=v ; ", 400, "");
        assert_string_equal(record.text, "1[a] 2E 3l=w");
        record = read_long_line("k=v # ", 400, "");
        assert_memory_equal(record.text, "1[a] 2W 2k=v # x", 16);
        record = read_long_line("k=", 400, "\x01");
        assert_string_equal(record.text, "1[a] 2E 3l=w");
}

/* Nothing but blanks, more of them than inih's line has room for: before, around and instead of a value. */
static void test_long_blanks(void **state)
{
        char text[4096];
        struct record record;

        snprintf(text, sizeof(text), "[a]\nk=%300s\nl=%300s\nm%300s%300s\n", "", "v", "=", "w");
        record = read_text(text, strlen(text));
        assert_string_equal(record.text, "1[a] 2k= 3l=v 4m=w");
}

/* The page says how long a domain's name may be. */
static void test_page(void **state)
{
        _cleanup_fclose_ FILE *file = fopen(MAN_SOURCE, "re");
        char page[65536] = "", said[32];

        assert_non_null(file);
        assert_true(fread(page, 1, sizeof(page) - 1, file) > 0);
        snprintf(said, sizeof(said), " 1 to %u letters", READER_SECTION_MAX);
        assert_non_null(strstr(page, said));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_events),      cmocka_unit_test(test_nul_bytes),
                cmocka_unit_test(test_lengths),     cmocka_unit_test(test_long_values),
                cmocka_unit_test(test_long_blanks), cmocka_unit_test(test_page),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
