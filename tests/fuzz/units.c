/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/units.h"

#include <fts.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"
#include "tests/fuzz/fuzz.h"

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Of names of units (systemd.unit(5)); what else there is in a name is escaped. */
#define NAME_CHARS    DIGITS LETTERS ":-_.\\@"
#define UNIT_NAME_MAX 255

static bool ends_with(const char *text, const char *end)
{
        size_t n = strlen(text), m = strlen(end);

        return n >= m && strcmp(text + n - m, end) == 0;
}

static void check_name(const char *name)
{
        require(*name && strlen(name) <= UNIT_NAME_MAX);
        require(name[strspn(name, NAME_CHARS)] == '\0');
}

/* A percent sign is a specifier unless it is doubled, and no text of ours has one. */
static void check_specifiers(const char *line)
{
        for (const char *p = line; (p = strchr(p, '%')); p += 2)
                require(p[1] == '%');
}

static bool is_known_section(const char *line)
{
        static const char *const sections[] = { "[Unit]", "[Service]", "[Mount]", "[Timer]" };

        for (size_t i = 0; i < ELEMENTSOF(sections); i++)
                if (strcmp(line, sections[i]) == 0)
                        return true;
        return false;
}

/* The unit that systemd looks for when it is asked for a mount at WHERE. */
static char *mount_unit_name(const char *where)
{
        char *name = malloc(strlen(where) * 4 + sizeof(".mount")), *t = name;

        require(name && where[0] == '/' && where[1]);
        for (const char *p = where + 1; *p; p++)
                if (*p == '/')
                        *t++ = '-';
                else if (strchr(DIGITS LETTERS ":_", *p) || (*p == '.' && p > where + 1))
                        *t++ = *p;
                else
                        t += sprintf(t, "\\x%02x", (unsigned char) *p);
        strcpy(t, ".mount");
        return name;
}

static char *undouble(const char *text)
{
        char *copy = malloc(strlen(text) + 1), *t = copy;

        require(copy);
        for (const char *p = text; *p; p++) {
                *t++ = *p;
                if (*p == '%')
                        p++;
        }
        *t = '\0';
        return copy;
}

static void check_where(const char *unit, const char *value)
{
        _cleanup_free_ char *where = undouble(value), *name = mount_unit_name(where);

        require(strcmp(unit, name) == 0);
}

static void check_command(const char *command)
{
        bool quoted = false;

        if (!*command)
                return; /* takes back the command of the static unit */
        require(strncmp(command, HELPERDIR "/", strlen(HELPERDIR "/")) == 0);
        for (const char *p = command; *p; p++)
                if (*p == '"')
                        quoted = !quoted;
                else if (*p == '\'' && !quoted)
                        require(p[1] == '"' && p[2] == '\'' && (p += 2));
        require(!quoted);
}

static void check_assignment(const char *unit, const char *line)
{
        const char *equals = strchr(line, '=');

        require(equals && equals > line);
        require(strspn(line, LETTERS) == (size_t) (equals - line));
        if (strncmp(line, "Where=", strlen("Where=")) == 0)
                check_where(unit, equals + 1);
        else if (strncmp(line, "ExecStart=", strlen("ExecStart=")) == 0)
                check_command(equals + 1);
}

static void check_line(const char *unit, const char *line, bool *in_section)
{
        require(utf8_is_valid(line, strlen(line)));
        for (const char *p = line; *p; p++)
                require((unsigned char) *p >= ' ' && *p != 0x7f);
        require(!ends_with(line, "\\")); /* would continue on the next line */
        check_specifiers(line);

        if (*line == '\0' || *line == '#')
                return;
        if (*line == '[') {
                require(is_known_section(line));
                *in_section = true;
                return;
        }
        require(*in_section);
        check_assignment(unit, line);
}

/* UNIT is the name of the file; TEXT ends with a newline. */
static void check_text(const char *unit, const char *text)
{
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *line;
        bool in_section = false;

        require(copy && *copy && ends_with(copy, "\n"));
        while ((line = strsep(&rest, "\n")))
                check_line(unit, line, &in_section);
        require(in_section);
}

static void collect_file(FILE *out, const FTSENT *entry)
{
        _cleanup_fclose_ FILE *file = fopen(entry->fts_accpath, "re");
        _cleanup_free_ char *text = NULL;
        size_t size = 0;

        require(file && ends_with(entry->fts_name, ".mount") == (entry->fts_level == 1));
        require(getdelim(&text, &size, '\0', file) > 0 && feof(file));
        check_text(entry->fts_name, text);
        fputs(text, out);
}

static void collect_link(FILE *out, const FTSENT *entry)
{
        char target[PATH_MAX];
        ssize_t n = readlink(entry->fts_accpath, target, sizeof(target) - 1);

        require(n > 0);
        target[n] = '\0';
        require(strncmp(target, SYSTEMUNITDIR "/", strlen(SYSTEMUNITDIR "/")) == 0);
        check_name(target + strlen(SYSTEMUNITDIR "/"));
        fprintf(out, "%s\n", target);
}

static void collect_entry(FILE *out, const FTSENT *entry)
{
        if (entry->fts_level < 1 || entry->fts_info == FTS_DP)
                return;
        check_name(entry->fts_name);
        if (entry->fts_info == FTS_D) {
                require(ends_with(entry->fts_name, ".d") || ends_with(entry->fts_name, ".wants"));
                return;
        }

        fprintf(out, "\n==%s/%s\n", entry->fts_level > 1 ? entry->fts_parent->fts_name : "",
                entry->fts_name);
        require(entry->fts_info == FTS_F || entry->fts_info == FTS_SL ||
                entry->fts_info == FTS_SLNONE);
        if (entry->fts_info == FTS_F)
                collect_file(out, entry);
        else
                collect_link(out, entry);
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
        return strcmp((*a)->fts_name, (*b)->fts_name);
}

char *units_collect(const char *path)
{
        char *paths[] = { (char *) path, NULL }, *text = NULL;
        FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        FTSENT *entry;

        require(fts && out);
        while ((entry = fts_read(fts)))
                collect_entry(out, entry);
        fts_close(fts);
        require(fclose(out) == 0);
        return text;
}

char *units_value(const char *units, const char *name, const char *key, const char *start)
{
        _cleanup_free_ char *head = NULL, *line = NULL;
        const char *text, *end, *found;

        require(asprintf(&head, "\n==%s\n", name) >= 0);
        require(asprintf(&line, "\n%s=%s", key, start) >= 0);
        text = strstr(units, head);
        if (!text)
                return NULL;
        text += strlen(head) - 1;
        end = strstr(text, "\n\n==") ?: text + strlen(text);
        found = strstr(text, line);
        if (!found || found >= end)
                return NULL;

        found += 1 + strlen(key) + 1;
        return strndup(found, strcspn(found, "\n"));
}

/* Takes one character of a word at *P, which is not its end. */
static char take_character(const char **p)
{
        char c = *(*p)++;
        unsigned code;

        if (c == '%' || c == '$') {
                require(*(*p)++ == c);
                return c;
        }
        if (c != '\\')
                return c;
        if (**p == '\\') {
                (*p)++;
                return c;
        }
        require(sscanf(*p, "x%2x", &code) == 1);
        *p += 3;
        return (char) code;
}

/* Takes the next word of *COMMAND; NULL: there is none. */
static char *take_word(const char **command)
{
        const char *p = *command + strspn(*command, " ");
        char *word = malloc(strlen(p) + 1), *t = word, quote = '\0';

        require(word);
        if (!*p) {
                free(word);
                return NULL;
        }
        while (*p && (*p != ' ' || quote))
                if (*p == quote || (!quote && (*p == '"' || *p == '\'')))
                        quote = quote ? '\0' : *p, p++;
                else
                        *t++ = take_character(&p);
        *t = '\0';
        *command = p;
        return word;
}

char *units_argument(const char *command, const char *option)
{
        size_t length = strlen(option);

        for (;;) {
                _cleanup_free_ char *word = take_word(&command);

                if (!word)
                        return NULL;
                if (strncmp(word, option, length) == 0)
                        return strdup(word + length);
        }
}
