/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/loader.h"

#include <ctype.h>
#include <search.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/utf8.h"
#include "conf/file.h"
#include "conf/reader.h"

const struct place *section_place(const struct section *section, const char *name)
{
        int i = keys_find(section->kind, name);

        return i >= 0 && section->places[i].file ? &section->places[i] : &section->where;
}

int section_reset(struct section *section)
{
        size_t n;
        const struct key *keys = keys_of(section->kind, &n);
        int r;

        for (size_t i = 0; i < n; i++) {
                r = key_reset(&keys[i], section->object);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int compare_sections(const void *a, const void *b)
{
        const struct section *p = a, *q = b;

        return strcmp(p->name, q->name);
}

static struct section *add_domain(struct loader *loader, const char *name)
{
        struct section **sections, *section;

        sections = reallocarray(loader->sections, loader->n_sections + 1, sizeof(*sections));
        if (!sections)
                return NULL;
        loader->sections = sections;

        section = calloc(1, sizeof(*section));
        if (!section)
                return NULL;
        sections[loader->n_sections++] = section;

        section->kind = SECTION_DOMAIN;
        section->object = &section->domain;
        section->name = section->domain.name = strdup(name);
        if (!section->name || section_reset(section) < 0 ||
            !tsearch(section, &loader->by_name, compare_sections))
                return NULL;
        return section;
}

/* The domain NAME, created if it is new. NULL if out of memory, or if there are too many domains. */
static struct section *find_domain(struct loader *loader, const struct place *place,
                                   const char *name)
{
        struct section key = { .name = name };
        struct section *const *found = tfind(&key, &loader->by_name, compare_sections);
        struct section *section;

        if (found)
                return *found;
        if (loader->n_sections == CONFIG_DOMAINS_MAX) {
                if (!loader->too_many)
                        loader_problem(loader, LOG_ERR, NULL, place, "%s", CONFIG_TOO_MANY);
                loader->too_many = true;
                return NULL;
        }
        section = add_domain(loader, name);
        if (!section)
                loader->error = -ENOMEM;
        return section;
}

/* Characters that are literal in names of units, files and directories alike. */
static bool name_is_valid(const char *name)
{
        if (!isalnum((unsigned char) name[0]))
                return false;

        for (const char *p = name; *p; p++)
                if (!isalnum((unsigned char) *p) && !strchr("_.-", *p))
                        return false;

        return true;
}

static void on_section(const char *name, unsigned line, void *userdata)
{
        struct loader *loader = userdata;
        struct place place = { loader->file, line };

        loader->current = NULL;
        loader->lost = true;
        if (!name)
                return;

        if (strcmp(name, GLOBAL_NAME) == 0)
                loader->current = &loader->global;
        else if (name_is_valid(name))
                loader->current = find_domain(loader, &place, name);
        else {
                loader_problem(
                        loader, LOG_ERR, NULL, &place,
                        "'%s' is not a valid domain name (letters, digits, '_', '.', '-'; the "
                        "first a "
                        "letter or digit), ignoring the section",
                        name);
                return;
        }

        if (loader->current && !loader->current->where.file)
                loader->current->where = place;
        if (loader->current && loader->watch)
                loader->watch(name, NULL, place.file, line, loader->userdata);
}

static void report_unknown_key(struct loader *loader, const struct place *place, const char *key)
{
        struct section *section = loader->current;
        enum section_kind other = section->kind == SECTION_DOMAIN ? SECTION_GLOBAL : SECTION_DOMAIN;
        const char *nearest;

        if (loader_is_one_of_many(loader, LOG_WARNING))
                return;

        nearest = keys_nearest(section->kind, key);
        if (keys_find(other, key) >= 0)
                loader_problem(loader, LOG_WARNING, section, place, "%s= belongs in %s, ignoring",
                               key, other == SECTION_GLOBAL ? "[fd-shmem]" : "a domain's section");
        else if (nearest)
                loader_problem(loader, LOG_WARNING, section, place,
                               "Unknown key %s=, ignoring; did you mean %s=?", key, nearest);
        else
                loader_problem(loader, LOG_WARNING, section, place, "Unknown key %s=, ignoring",
                               key);
}

/* NAME is one of the names of KEY's family. */
static int set_family(const struct key *key, void *object, const char *name, const char *value,
                      char **ret_reason)
{
        _cleanup_free_ char *text = NULL;

        if (asprintf(&text, "%s=%s", key_family_word(key, name), value) < 0) {
                text = NULL;
                return -ENOMEM;
        }
        return key_set(key, object, text, ret_reason);
}

/* An empty VALUE resets the settings of earlier files. */
static void set_value(struct loader *loader, const struct key *key, const char *name,
                      const struct place *place, const char *value, bool *bad)
{
        struct section *section = loader->current;
        _cleanup_free_ char *reason = NULL;
        int r;

        if (key->is_family)
                r = set_family(key, section->object, name, value, &reason);
        else
                r = *value ? key_set(key, section->object, value, &reason)
                           : key_reset(key, section->object);
        if (r == -ENOMEM)
                loader->error = r;
        else if (r < 0)
                loader_problem(loader, LOG_ERR, section, place, "%s=: %s", name, reason);
        *bad = r < 0;
}

static void on_key(const char *name, const char *value, unsigned line, void *userdata)
{
        struct loader *loader = userdata;
        struct section *section = loader->current;
        struct place place = { loader->file, line }, *earlier;
        const struct key *keys;
        size_t n;
        int i;

        if (!section) {
                if (!loader->lost)
                        loader_problem(loader, LOG_ERR, NULL, &place,
                                       "%s= appears before the first [SECTION]", name);
                return;
        }

        i = keys_find(section->kind, name);
        if (i < 0) {
                report_unknown_key(loader, &place, name);
                return;
        }

        keys = keys_of(section->kind, &n);
        earlier = &section->places[i];
        if (earlier->file == loader->file && !keys[i].is_family) {
                loader_problem(loader, LOG_ERR, section, &place,
                               "%s= is set twice in this section, first on line %u", name,
                               earlier->line);
                return;
        }

        *earlier = place;
        if (loader->watch)
                loader->watch(section->name, name, place.file, line, loader->userdata);
        set_value(loader, &keys[i], name, &place, value, &section->bad[i]);
}

static void on_problem(int level, unsigned line, const char *message, void *userdata)
{
        struct loader *loader = userdata;
        struct place place = { loader->file, line };

        loader_problem(loader, level, loader->current, &place, "%s", message);
}

static const struct reader_events events = {
        .section = on_section,
        .key = on_key,
        .problem = on_problem,
};

static void report_unreadable(struct loader *loader, const char *path, int error)
{
        struct place place = { path, 0 };

        if (error == -EBADF)
                loader_problem(loader, LOG_ERR, NULL, &place, "is not a regular file, ignoring");
        else if (error == -ENOENT)
                loader_problem(loader, LOG_ERR, NULL, &place,
                               "does not exist, or is a dangling symbolic link");
        else
                loader_problem(loader, LOG_ERR, NULL, &place, "cannot be read: %s",
                               strerror(-error));
}

/* The name of a file gets into messages and units, where it must not end a line. */
static bool file_name_is_printable(const char *path)
{
        size_t length;
        uint32_t c;

        for (; *path; path += length) {
                length = utf8_decode(path, SIZE_MAX, &c);
                if (length == 0 || character_is_deceptive(c))
                        return false;
        }
        return true;
}

static int add_file(struct loader *loader, const char *path, const struct file_stamp *stamp)
{
        struct file_stamp *stamps;

        stamps = reallocarray(loader->stamps, loader->files.n + 1, sizeof(*stamps));
        if (!stamps)
                return -ENOMEM;
        loader->stamps = stamps;
        stamps[loader->files.n] = *stamp;
        return file_list_add(&loader->files, path);
}

int loader_read(struct loader *loader, const char *path)
{
        static const struct place nowhere = {};
        _cleanup_free_ char *text = NULL;
        struct file_stamp stamp;
        size_t size;
        int r;

        if (!file_name_is_printable(path)) {
                loader_problem(
                        loader, LOG_ERR, NULL, &nowhere,
                        "the file name '%s' holds a control character or is not UTF-8, ignoring",
                        path);
                return -EINVAL;
        }

        r = file_read(loader->root_fd, path, &text, &size, &stamp);
        if (r < 0 && r != -ENOMEM)
                report_unreadable(loader, path, r);
        if (r <= 0)
                return r;

        r = add_file(loader, path, &stamp);
        if (r < 0)
                return r;

        loader->file = loader->files.paths[loader->files.n - 1];
        loader->current = NULL;
        loader->lost = false;
        r = reader_read(text, size, &events, loader);
        return r < 0 ? r : loader->error;
}
