/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/reader.h"

#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

#define BLANKS    " \t"
#define BYTE_MARK "\xef\xbb\xbf"

/* A line longer than inih's buffer is passed in pieces, each between two of these, which keep
 * blanks at its ends and the first byte from being taken for a comment: "KEY=|PIECE|", then "
 * |PIECE|", which continues the value. */
#define MARK '|'

struct reader {
        char *next; /* the unread rest of the text */
        char *end;
        unsigned line;  /* of the line that inih is processing */
        bool expecting; /* inih is to report the key of this line */
        char *rest; /* of a value in pieces: those that inih has not seen; NULL: the line is whole */
        char *joined; /* and those that it has reported */
        size_t n_joined, n_value;
        int error;
        const struct reader_events *events;
        void *userdata;
};

static void __attribute__((format(printf, 3, 4)))
report(struct reader *reader, int level, const char *format, ...)
{
        _cleanup_free_ char *message = NULL;
        va_list ap;

        va_start(ap, format);
        if (vasprintf(&message, format, ap) < 0)
                message = NULL;
        va_end(ap);
        reader->events->problem(level, reader->line, message ?: "out of memory", reader->userdata);
}

/* Where a blank is followed by MARK in TEXT, or NULL. */
static const char *find_after_blank(const char *text, char mark)
{
        for (const char *p = text; (p = strchr(p, mark)); p++)
                if (p > text && strchr(BLANKS, p[-1]))
                        return p;

        return NULL;
}

/* Checks the requirements for any line to reach inih whole. LENGTH counts NUL bytes inside LINE. */
static bool check_bytes(struct reader *reader, const char *line, size_t length)
{
        for (size_t i = 0; i < length; i++)
                if (((unsigned char) line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) {
                        report(reader, LOG_ERR, "control character \\x%02x in the line",
                               (unsigned char) line[i]);
                        return false;
                }

        if (!utf8_is_valid(line, length)) {
                report(reader, LOG_ERR, "the line is not valid UTF-8");
                return false;
        }
        if (strchr(BLANKS, *line)) {
                report(reader, LOG_ERR,
                       "the line is indented, which would continue the key above; "
                       "remove the blanks at its start");
                return false;
        }
        return true;
}

/* The length of the name in the header LINE, or -1 if inih would not find its end. */
static ssize_t header_name_length(const char *line)
{
        const char *close = strchr(line, ']'), *comment = find_after_blank(line, ';');

        if (!close || (comment && comment < close))
                return -1;
        return close - line - 1;
}

/* Announces the section with the header LINE, even if the rest of the line has a problem: the
 * section is then bad, not missing. */
static void read_header(struct reader *reader, const char *line, size_t length)
{
        ssize_t n = header_name_length(line);
        char name[READER_SECTION_MAX + 1] = "";
        bool usable = n >= 0 && n <= READER_SECTION_MAX && utf8_is_valid(line, (size_t) n + 1);
        const char *rest;

        if (usable)
                memcpy(name, line + 1, (size_t) n);
        reader->events->section(usable ? name : NULL, reader->line, reader->userdata);

        if (!check_bytes(reader, line, length))
                return;
        if (n < 0)
                return report(reader, LOG_ERR, "the section header has no closing ']'");
        if (n > READER_SECTION_MAX)
                return report(reader, LOG_ERR,
                              "the section's name has %zd bytes; at most %u are allowed", n,
                              READER_SECTION_MAX);

        rest = line + n + 2;
        rest += strspn(rest, BLANKS);
        if (*rest && *rest != ';' && *rest != '#')
                report(reader, LOG_ERR, "there is text after the section header: '%s'", rest);
}

static bool check_key_name(struct reader *reader, const char *line, const char *equals)
{
        size_t length = (size_t) (equals - line);

        while (length > 0 && strchr(BLANKS, line[length - 1]))
                length--;

        if (length == 0) {
                report(reader, LOG_ERR, "there is no key before '='");
                return false;
        }
        if (length > READER_KEY_MAX) {
                report(reader, LOG_ERR, "the key has %zu bytes; at most %u can be read", length,
                       READER_KEY_MAX);
                return false;
        }
        return true;
}

static bool check_assignment(struct reader *reader, const char *line, size_t length)
{
        const char *equals, *colon, *comment;

        if (!check_bytes(reader, line, length))
                return false;

        equals = strchr(line, '=');
        colon = strchr(line, ':');
        if (colon && (!equals || colon < equals)) {
                report(reader, LOG_ERR, "a colon does not separate key and value; write KEY=VALUE");
                return false;
        }
        if (!equals) {
                report(reader, LOG_ERR, "'%s' is neither [SECTION], nor KEY=VALUE, nor a comment",
                       line);
                return false;
        }
        if (!check_key_name(reader, line, equals))
                return false;

        comment = find_after_blank(line, ';');
        if (comment) {
                report(reader, LOG_ERR,
                       "'%s' would be cut off as a comment; put comments on lines of their own",
                       comment);
                return false;
        }
        comment = find_after_blank(equals, '#');
        if (comment)
                report(reader, LOG_WARNING,
                       "'%s' is part of the value; put comments on lines of their own", comment);
        return true;
}

/* Whether inih is to see the line, with the key of an assignment; LINE[LENGTH] is NUL. Headers are
 * announced here. */
static bool check_line(struct reader *reader, const char *line, size_t length)
{
        char first = line[strspn(line, BLANKS)];

        if (first == ';' || first == '#')
                return false;
        if (first == '\0' && strlen(line) == length)
                return false;
        if (line[0] == '[') {
                read_header(reader, line, length);
                return false;
        }
        return check_assignment(reader, line, length);
}

/* Takes the next line from the text and ends it with a NUL. */
static char *cut_line(struct reader *reader, size_t *ret_length)
{
        char *line = reader->next;
        char *end = memchr(line, '\n', (size_t) (reader->end - line)) ?: reader->end;

        reader->next = end < reader->end ? end + 1 : end;
        reader->line++;

        *end = '\0';
        if (end > line && end[-1] == '\r')
                *--end = '\0';
        *ret_length = (size_t) (end - line);
        return line;
}

/* Whether inih reported the key of the last line. */
static void check_reported(struct reader *reader)
{
        if (reader->expecting)
                report(reader, LOG_ERR, "inih cannot read the line");
        reader->expecting = false;
}

/* Appends as much of the rest as fits into BUFFER. */
static void add_piece(struct reader *reader, char *buffer, size_t size)
{
        size_t start = strlen(buffer), room = size - start - strlen("||\n") - 1;
        size_t length = strnlen(reader->rest, room);

        buffer[start] = MARK;
        memcpy(buffer + start + 1, reader->rest, length);
        buffer[start + 1 + length] = MARK;
        strcpy(buffer + start + 2 + length, "\n");
        reader->rest += length;
}

/* The line is "KEY = VALUE", as check_assignment() found it. */
static void begin_pieces(struct reader *reader, char *line, char *buffer, size_t size)
{
        char *value = strchr(line, '='), *end = value;

        while (strchr(BLANKS, end[-1]))
                end--;
        snprintf(buffer, size, "%.*s=", (int) (end - line), line);

        value += 1 + strspn(value + 1, BLANKS);
        for (end = value + strlen(value); end > value && strchr(BLANKS, end[-1]);)
                end--;
        *end = '\0';
        reader->rest = value;
        reader->n_value = (size_t) (end - value);
        reader->n_joined = 0;
        free(reader->joined);
        reader->joined = malloc(strlen(value) + 1);
        if (!reader->joined)
                reader->error = -ENOMEM;
        else
                add_piece(reader, buffer, size);
}

/* Gives inih one line, as fgets() would; an empty one in place of a line it must not see. */
static char *next_line(char *buffer, int size, void *stream)
{
        struct reader *reader = stream;
        size_t length;
        char *line;

        if (reader->rest && *reader->rest) {
                strcpy(buffer, " ");
                add_piece(reader, buffer, (size_t) size);
                return buffer;
        }
        reader->rest = NULL;
        check_reported(reader);
        if (reader->error < 0 || reader->next == reader->end)
                return NULL;

        line = cut_line(reader, &length);
        strcpy(buffer, "\n");
        reader->expecting = check_line(reader, line, length);
        if (reader->expecting && length + 2 <= (size_t) size)
                snprintf(buffer, (size_t) size, "%s\n", line);
        else if (reader->expecting && size > READER_KEY_MAX + 8)
                begin_pieces(reader, line, buffer, (size_t) size);
        return reader->error < 0 ? NULL : buffer;
}

/* VALUE is one piece of a split value, as inih returned it. */
static void on_key(struct reader *reader, const char *key, const char *value)
{
        size_t length = strlen(value);

        if (reader->rest) {
                if (length >= 2 && value[0] == MARK && value[length - 1] == MARK &&
                    length - 2 <= reader->n_value - reader->n_joined) {
                        memcpy(reader->joined + reader->n_joined, value + 1, length - 2);
                        reader->n_joined += length - 2;
                        reader->joined[reader->n_joined] = '\0';
                }
                if (reader->n_joined < reader->n_value)
                        return; /* there are more, or one was lost */
                value = reader->joined;
        }
        reader->events->key(key, value, reader->line, reader->userdata);
        reader->expecting = false;
}

#if INI_HANDLER_LINENO
static int handle(void *userdata, const char *section, const char *key, const char *value, int line)
#else
static int handle(void *userdata, const char *section, const char *key, const char *value)
#endif
{
        struct reader *reader = userdata;

        /* Builds that announce sections do so without a key. */
        if (key && reader->expecting)
                on_key(reader, key, value ?: "");
        return 1;
}

int reader_read(const char *text, size_t size, const struct reader_events *events, void *userdata)
{
        _cleanup_free_ char *copy = malloc(size + 1);
        struct reader reader = { .events = events, .userdata = userdata };
        int r;

        if (!copy)
                return -ENOMEM;
        memcpy(copy, text, size);

        reader.next = copy;
        reader.end = copy + size;
        if (size >= strlen(BYTE_MARK) && memcmp(copy, BYTE_MARK, strlen(BYTE_MARK)) == 0)
                reader.next += strlen(BYTE_MARK);

        r = ini_parse_stream(next_line, &reader, handle, &reader);
        check_reported(&reader);
        free(reader.joined);
        return r == -2 ? -ENOMEM : reader.error;
}
