/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/record-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"

#define LEFT_AS_IT_IS "it is left as it is, and so is what it accounts for"

char *record_value(char *line, const char *key)
{
        size_t length = strlen(key);

        return strncmp(line, key, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

static int parse_number(const char *value, int base, uint64_t max, uint64_t *ret)
{
        const char *digits = base == 8    ? "01234567"
                             : base == 10 ? "0123456789"
                                          : "0123456789abcdef";
        unsigned long long number;

        if (!*value || value[strspn(value, digits)])
                return -EBADMSG;
        errno = 0;
        number = strtoull(value, NULL, base);
        if (errno != 0 || number > max)
                return -EBADMSG;

        *ret = number;
        return 0;
}

int record_parse_u64(const char *value, uint64_t max, uint64_t *ret)
{
        return parse_number(value, 10, max, ret);
}

int record_parse_hex64(const char *value, uint64_t *ret)
{
        return parse_number(value, 16, UINT64_MAX, ret);
}

int record_parse_mode(const char *value, mode_t *ret)
{
        uint64_t mode;
        int r = parse_number(value, 8, 07777, &mode);

        if (r < 0)
                return r;
        *ret = (mode_t) mode;
        return 0;
}

int record_parse_bool(const char *value, bool *ret)
{
        if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
                return -EBADMSG;

        *ret = strcmp(value, "yes") == 0;
        return 0;
}

int record_parse_pair(char **p, const char *key, uint64_t max, uint64_t *ret)
{
        char *value = record_value(*p, key), *space;
        int r;

        if (!value)
                return -EBADMSG;
        space = strchr(value, ' ');
        if (space)
                *space = '\0';
        r = record_parse_u64(value, max, ret);
        *p = space ? space + 1 : value + strlen(value);
        if (space)
                *space = ' '; /* the line is shown if there is something wrong with it */
        return r;
}

char *record_split(char *value)
{
        char *colon = strchr(value, ':');

        if (!colon)
                return NULL;
        *colon = '\0';
        return colon + 1;
}

void record_write_path(FILE *f, const char *key, const char *path)
{
        fprintf(f, "%s=", key);
        record_end_with_path(f, path);
}

void record_end_with_path(FILE *f, const char *path)
{
        for (const char *p = path; *p; p++) {
                if (*p == '\\' || *p == '\n')
                        fputc('\\', f);
                fputc(*p == '\n' ? 'n' : *p, f);
        }
        fputc('\n', f);
}

int record_parse_path(const char *value, char **ret)
{
        _cleanup_free_ char *path = malloc(strlen(value) + 1);
        size_t n = 0;

        if (!path)
                return -ENOMEM;
        if (value[0] != '/')
                return -EBADMSG;

        for (const char *p = value; *p; p++) {
                bool escaped = *p == '\\';

                if (escaped && *++p != '\\' && *p != 'n')
                        return -EBADMSG;
                path[n] = *p;
                if (escaped && *p == 'n')
                        path[n] = '\n';
                n++;
        }
        path[n] = '\0';

        free(*ret);
        *ret = TAKE_PTR(path);
        return 0;
}

void record_begin(FILE *f, const char *boot)
{
        fprintf(f, "version=%u\nboot=%s\nwriter=fd-shmem %s\n", RECORD_VERSION, boot, VERSION);
}

int record_finish(FILE **f, char **text, char **ret)
{
        fputs("end\n", *f);
        if (fclose(TAKE_PTR(*f)) != 0)
                return -ENOMEM;

        *ret = TAKE_PTR(*text);
        return 0;
}

/* Cuts the next line off *TEXT; NULL: the rest is not terminated. */
static char *next_line(char **text)
{
        char *line = *text, *end = strchr(line, '\n');

        if (!end)
                return NULL;
        *end = '\0';
        *text = end + 1;
        return line;
}

static int refuse_newer(const char *name, uint64_t version, char *rest)
{
        const char *writer = NULL;
        char *line;

        while (!writer && (line = next_line(&rest)))
                writer = record_value(line, "writer");
        return log_error_errno(
                EPROTONOSUPPORT,
                "/run/fd-shmem/%s: a record of version %" PRIu64 ", written by %s; this is "
                "fd-shmem " VERSION ", which knows versions up to %u: " LEFT_AS_IT_IS
                "; install the program that wrote it again, and stop the domains with it",
                name, version, writer ?: "a newer fd-shmem", RECORD_VERSION);
}

/* Refuses a line that cannot be parsed. */
static int refuse_line(const char *name, unsigned number, const char *line)
{
        return log_error_errno(EBADMSG,
                               "/run/fd-shmem/%s:%u: '%s' is not understood; " LEFT_AS_IT_IS
                               "; correct it, or remove it and reboot",
                               name, number, line);
}

static int refuse_truncated(const char *name, unsigned number)
{
        return log_error_errno(
                EBADMSG,
                "/run/fd-shmem/%s:%u: the record is cut off: no line 'end'; " LEFT_AS_IT_IS
                "; correct it, or remove it and reboot",
                name, number);
}

/* The lines at the top, moving *TEXT and *NUMBER past them. Version 1 has none, and was written in
 * this boot for all that is known. */
static int parse_head(char **text, const char *name, const char *boot, unsigned *number,
                      struct record_head *ret)
{
        struct record_head head = { .version = 1 };
        char *line, *value;
        uint64_t version;

        if (strncmp(*text, "version=", strlen("version=")) != 0) {
                *ret = head;
                return 0;
        }

        line = next_line(text);
        if (!line)
                return refuse_truncated(name, *number);
        if (record_parse_u64(record_value(line, "version"), UINT32_MAX, &version) < 0 ||
            version < RECORD_VERSION)
                return refuse_line(name, *number, line);
        if (version > RECORD_VERSION)
                return refuse_newer(name, version, *text);
        head.version = (unsigned) version;

        ++*number;
        line = next_line(text);
        if (!line)
                return refuse_truncated(name, *number);
        value = record_value(line, "boot");
        if (!value)
                return refuse_line(name, *number, line);
        head.of_other_boot = strcmp(value, boot) != 0;

        ++*number;
        line = next_line(text);
        if (!line)
                return refuse_truncated(name, *number);
        if (!record_value(line, "writer"))
                return refuse_line(name, *number, line);

        ++*number;
        *ret = head;
        return 0;
}

int record_parse(char *text, const char *name, const char *boot, record_line_parser_t parse,
                 void *record, struct record_head *ret)
{
        unsigned number = 1;
        char *line;
        int r;

        r = parse_head(&text, name, boot, &number, ret);
        if (r < 0)
                return r;

        for (; (line = next_line(&text)); number++) {
                if (strcmp(line, "end") == 0 && *text == '\0')
                        return 0;
                r = parse(line, record);
                if (r == -EBADMSG)
                        return refuse_line(name, number, line);
                if (r < 0)
                        return log_error_errno(r, "/run/fd-shmem/%s: %m", name);
        }

        return refuse_truncated(name, number);
}

int record_parse_of_boot(char *text, const char *name, const char *boot, record_line_parser_t parse,
                         void *record)
{
        struct record_head head;
        int r = record_parse(text, name, boot, parse, record, &head);

        if (r < 0)
                return r;
        return head.of_other_boot ? -ENOENT : 0;
}

int record_format(const char *boot, record_writer_t write, const void *record, char **ret)
{
        _cleanup_free_ char *text = NULL;
        _cleanup_fclose_ FILE *f = NULL;
        size_t size;

        f = open_memstream(&text, &size);
        if (!f)
                return -ENOMEM;

        record_begin(f, boot);
        write(f, record);
        return record_finish(&f, &text, ret);
}
