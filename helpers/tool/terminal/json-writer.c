/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/json-writer.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"

int json_mode_parse(const char *word, enum json_mode *ret)
{
        static const char *const words[] = {
                [JSON_OFF] = "off",
                [JSON_PRETTY] = "pretty",
                [JSON_SHORT] = "short",
        };

        for (size_t i = 0; i < ELEMENTSOF(words); i++)
                if (strcmp(word ?: words[JSON_PRETTY], words[i]) == 0) {
                        *ret = (enum json_mode) i;
                        return 0;
                }
        return log_error_errno(EINVAL, "--json=%s: expected pretty, short or off", word);
}

static void write_json(struct json_writer *writer, struct json_object *value)
{
        int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
                    (writer->mode == JSON_SHORT ? 0 : JSON_C_TO_STRING_SPACED);
        const char *json = json_object_to_json_string_ext(value, flags);
        _cleanup_free_ char *text = json ? text_to_plain_json(json) : NULL;

        if (text)
                fputs(text, writer->out);
        else
                writer->failed = true;
}

static void begin_line(struct json_writer *writer)
{
        if (writer->mode != JSON_SHORT)
                fprintf(writer->out, "\n%*s", 2 * (int) writer->depth, "");
}

static void begin_item(struct json_writer *writer, const char *key)
{
        struct json_object *name;

        if (writer->comma)
                fputc(',', writer->out);
        if (writer->depth > 0)
                begin_line(writer);
        if (!key)
                return;

        name = json_object_new_string(key);
        if (name)
                write_json(writer, name);
        else
                writer->failed = true;
        fputs(writer->mode == JSON_SHORT ? ":" : ": ", writer->out);
        json_object_put(name);
}

void json_writer_open(struct json_writer *writer, const char *key, char bracket)
{
        begin_item(writer, key);
        fputc(bracket, writer->out);
        writer->depth++;
        writer->comma = false;
}

void json_writer_close(struct json_writer *writer, char bracket)
{
        writer->depth--;
        if (writer->comma)
                begin_line(writer);
        fputc(bracket, writer->out);
        writer->comma = true;
}

void json_writer_put(struct json_writer *writer, const char *key, struct json_object *value)
{
        begin_item(writer, key);
        write_json(writer, value);
        writer->comma = true;
        json_object_put(value);
}

int json_writer_finish(struct json_writer *writer)
{
        fputc('\n', writer->out);
        if (fflush(writer->out) != 0 || ferror(writer->out))
                return -EIO;
        return writer->failed ? -ENOMEM : 0;
}

struct json_object *json_text(const char *bytes)
{
        _cleanup_free_ char *text = bytes ? text_to_utf8(bytes) : NULL;

        return text ? json_object_new_string(text) : NULL;
}

bool json_add(struct json_object *object, const char *key, struct json_object *value)
{
        if (json_object_object_add(object, key, value) == 0)
                return true;

        json_object_put(value);
        return false;
}

struct json_object *json_number(uint64_t number)
{
        return json_object_new_uint64(number);
}
