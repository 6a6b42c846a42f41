/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/import/import-model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/grow-array.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/node.h"
#include "conf/keys/path.h"
#include "helpers/modules/mounts/option-string.h"

/* What is noted ends up in comments: names that others chose must not end these. */
static int note(char ***list, size_t *n, const char *where, const char *why)
{
        _cleanup_free_ char *text = NULL, *safe = text_escape(where);

        if (!safe || asprintf(&text, "%s%s%s", safe, why ? ": " : "", why ?: "") < 0) {
                text = NULL;
                return log_oom();
        }
        if (string_list_contains(*list, text))
                return 0;
        return string_list_add(list, n, text) < 0 ? log_oom() : 0;
}

int import_left(struct import *import, const char *where, const char *why)
{
        return note(&import->left, &import->n_left, where, why);
}

int import_old(struct import *import, const char *where)
{
        return note(&import->old, &import->n_old, where, NULL);
}

static bool is_replaced(const struct import_pages *old, struct page_size size, int node)
{
        return page_size_equal(old->size, size) &&
               (old->node == node || old->node == NODE_ANY || node == NODE_ANY);
}

static int leave_replaced(struct import *import, const char *old, const char *where)
{
        _cleanup_free_ char *why = NULL;

        if (asprintf(&why, "replaced by %s", where) < 0) {
                why = NULL;
                return log_oom();
        }
        return import_left(import, old, why);
}

/* Drops what a later write replaces. A number of one node does not say what becomes of the others: that of all
 * nodes together is lost then, and it is said. */
static int drop_replaced(struct import *import, struct page_size size, int node, const char *where)
{
        size_t kept = 0;
        int r = 0;

        for (size_t i = 0; i < import->n_pages; i++) {
                struct import_pages *old = import->pages + i;

                if (!is_replaced(old, size, node)) {
                        import->pages[kept++] = *old;
                        continue;
                }
                if (r >= 0)
                        r = leave_replaced(import, old->where, where);
                free(old->where);
        }
        import->n_pages = kept;
        return r;
}

int import_pages(struct import *import, struct page_size size, int node, uint64_t count,
                 const char *where)
{
        char *copy;
        int r = drop_replaced(import, size, node, where);

        if (r < 0)
                return r;
        copy = text_escape(where);
        if (!copy || grow_array(&import->pages, import->n_pages, &import->pages_room) < 0) {
                free(copy);
                return log_oom();
        }
        import->pages[import->n_pages++] = (struct import_pages){ size, node, count, copy };
        return 0;
}

/* More than any machine has, and few enough digits. */
#define COUNT_MAX 1000000000u

static bool parse_digits(const char *text, unsigned max, unsigned *ret)
{
        size_t length = strlen(text);

        if (length == 0 || length > 9 || strspn(text, "0123456789") != length)
                return false;
        *ret = (unsigned) strtoul(text, NULL, 10);
        return *ret <= max;
}

int import_count(struct import *import, struct page_size size, const char *node, const char *count,
                 const char *where)
{
        unsigned pages, number = 0;

        if (!parse_digits(count, COUNT_MAX, &pages) ||
            (node && !parse_digits(node, NODE_MAX, &number)))
                return import_left(import, where, "not a number of pages on a node");
        return import_pages(import, size, node ? (int) number : NODE_ANY, pages, where);
}

/* The value of an option, which a domain has as a key. */
static int take_option(struct import_mount *mount, const char *name, const char *value,
                       bool *ret_known)
{
        char **member = strcmp(name, "uid") == 0                                   ? &mount->user
                        : strcmp(name, "gid") == 0                                 ? &mount->group
                        : strcmp(name, "mode") == 0                                ? &mount->mode
                        : strcmp(name, "min_size") == 0 && strcmp(value, "0") != 0 ? &mount->claim
                                                                                   : NULL;

        *ret_known = true;
        if (member) {
                free(*member);
                *member = strdup(value);
                return *member ? 0 : log_oom();
        }
        if (strcmp(name, "pagesize") == 0)
                *ret_known = page_size_parse(value, &mount->size) >= 0;
        else
                *ret_known = strcmp(name, "min_size") == 0;
        return 0;
}

/* What each hugetlbfs has, and what is mount(8)'s. */
static bool is_plain(const char *name)
{
        static const char *const plain[] = { "rw",   "relatime", "defaults", "nofail",
                                             "auto", "seclabel", NULL };

        return string_list_contains((char *const *) plain, name) ||
               strncmp(name, "x-systemd.", 10) == 0;
}

static int leave_option(struct import *import, const char *where, const char *name,
                        const char *value)
{
        _cleanup_free_ char *option = NULL;

        if (asprintf(&option, "%s: option %s%s%s", where, name, *value ? "=" : "", value) < 0) {
                option = NULL;
                return log_oom();
        }
        return import_left(import, option,
                           "not a key of a domain; HugeOptions= or GiganticOptions= may take it");
}

static int take_options(struct import *import, struct import_mount *mount, const char *options)
{
        struct mount_option option;

        while (option_string_next(&options, &option)) {
                _cleanup_free_ char *name = strndup(option.name, option.name_length),
                                    *value = strndup(option.value ?: "",
                                                     option.value ? option.value_length : 0);
                bool known;
                int r;

                if (!name || !value)
                        return log_oom();
                r = take_option(mount, name, value, &known);
                if (r >= 0 && !known && !is_plain(name))
                        r = leave_option(import, mount->where, name, value);
                if (r < 0)
                        return r;
        }
        return 0;
}

static void mount_done(struct import_mount *mount)
{
        free(mount->path);
        free(mount->user);
        free(mount->group);
        free(mount->mode);
        free(mount->claim);
        free(mount->where);
}

int import_mount(struct import *import, const char *path, const char *options, const char *where)
{
        struct import_mount mount = { .size = page_size_default(PAGE_HUGE) };
        const char *reason;
        int r;

        if (strcmp(path, "/dev/hugepages") == 0)
                return 0; /* systemd's dev-hugepages.mount makes it, and stays */
        if (path_check_text(path, &reason) < 0)
                return import_left(import, where, reason);
        mount.path = strdup(path);
        mount.where = text_escape(where);
        if (!mount.path || !mount.where ||
            grow_array(&import->mounts, import->n_mounts, &import->mounts_room) < 0) {
                mount_done(&mount);
                return log_oom();
        }
        r = take_options(import, &mount, options);
        import->mounts[import->n_mounts++] = mount;
        return r;
}

bool import_mount_has_pages(const struct import *import, size_t at)
{
        for (size_t i = 0; i < at; i++)
                if (page_size_equal(import->mounts[i].size, import->mounts[at].size))
                        return false;
        return true;
}

int import_finish(struct import *import)
{
        int r = 0;

        for (size_t i = 0; i < import->n_mounts && r >= 0; i++)
                if (import->mounts[i].claim && !import_mount_has_pages(import, i))
                        r = import_left(
                                import, import->mounts[i].where,
                                "its min_size= would claim pages that the domain of another mount has");
        return r;
}

void import_done(struct import *import)
{
        for (size_t i = 0; i < import->n_pages; i++)
                free(import->pages[i].where);
        free(import->pages);
        for (size_t i = 0; i < import->n_mounts; i++)
                mount_done(import->mounts + i);
        free(import->mounts);
        string_list_free(import->left);
        string_list_free(import->old);
}
