/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/verify/verify-origins.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "basic/log.h"
#include "basic/nearest.h"
#include "conf/load.h"

#define GLOBAL "fd-shmem"

void origins_add(struct origins *origins, const char *section, const char *key, const char *file,
                 unsigned line)
{
        struct origin item = {
                .section = strdup(section),
                .key = key ? strdup(key) : NULL,
                .file = strdup(file),
                .line = line,
                .order = origins->n,
        };

        if (!item.section || (key && !item.key) || !item.file ||
            grow_array(&origins->items, origins->n, &origins->room) < 0) {
                free(item.section);
                free(item.key);
                free(item.file);
                origins->incomplete = true;
                return;
        }
        origins->items[origins->n++] = item;
}

/* By section, headers first, then by key; of each, as they were read. */
static int compare(const void *a, const void *b)
{
        const struct origin *p = a, *q = b;
        int r = strcmp(p->section, q->section);

        if (r == 0)
                r = strcmp(p->key ?: "", q->key ?: "");
        return r != 0 ? r : (p->order > q->order) - (p->order < q->order);
}

static bool is_below(const struct origin *origin, const char *directory)
{
        return strncmp(origin->file, directory, strlen(directory)) == 0;
}

/* The administrator's last setting among the N origins of one key, the last of which is a
 * package's. */
static const struct origin *find_overridden(const struct origin *items, size_t n)
{
        if (!is_below(items + n - 1, "/usr/"))
                return NULL;
        while (n-- > 0)
                if (is_below(items + n, "/etc/"))
                        return items + n;
        return NULL;
}

static int warn_overridden(const struct origin *items, size_t n, config_report_t report,
                           void *userdata)
{
        const struct origin *mine = find_overridden(items, n), *theirs = items + n - 1;
        const char *name = strrchr(theirs->file, '/') + 1;
        _cleanup_free_ char *text = NULL;

        if (!mine || !mine->key)
                return 0;
        if (asprintf(&text,
                     "[%s] %s= has no effect: %s:%u is read later and sets it again; put it into a "
                     "drop-in whose name sorts after %s, or mask that one",
                     mine->section, mine->key, theirs->file, theirs->line, name) < 0) {
                text = NULL;
                return log_oom();
        }
        report(LOG_WARNING, mine->file, mine->line, text, userdata);
        return 0;
}

/* Whether the file is not a drop-in. */
static bool is_main(const struct origin *origin)
{
        static const char directory[] = "fd-shmem.conf.d/";
        const char *slash = strrchr(origin->file, '/');
        size_t length = slash ? (size_t) (slash + 1 - origin->file) : 0;

        return length < strlen(directory) || strncmp(origin->file + length - strlen(directory),
                                                     directory, strlen(directory)) != 0;
}

/* Path= says where a domain is, Mounts=no that it is nowhere: either is written on purpose. */
static bool says_where(const struct origin *origin)
{
        return origin->key &&
               (strcmp(origin->key, "Path") == 0 || strcmp(origin->key, "Mounts") == 0);
}

/* Whether the section is in drop-ins alone, and none says where it is. */
static bool is_stray(const struct origin *items, size_t n)
{
        if (strcmp(items[0].section, GLOBAL) == 0)
                return false;
        for (size_t i = 0; i < n; i++)
                if (is_main(items + i) || says_where(items + i))
                        return false;
        return true;
}

static int warn_stray(const struct origins *origins, const struct origin *stray,
                      config_report_t report, void *userdata)
{
        struct nearest nearest = NEAREST_TO(stray->section);
        _cleanup_free_ char *text = NULL;

        for (size_t i = 0; i < origins->n; i++)
                if (strcmp(origins->items[i].section, stray->section) != 0)
                        nearest_consider(&nearest, origins->items[i].section);
        if (asprintf(
                    &text,
                    "[%s] is in drop-ins alone, and no file gives it a Path=: it is a domain of its "
                    "own, at the default path%s%s%s",
                    stray->section, nearest.word ? "; did you mean [" : "", nearest.word ?: "",
                    nearest.word ? "]?" : "") < 0) {
                text = NULL;
                return log_oom();
        }
        report(LOG_WARNING, stray->file, stray->line, text, userdata);
        return 0;
}

/* How many from FIRST on belong together: to one key, or to one section. */
static size_t count(const struct origins *origins, size_t first, bool section)
{
        const struct origin *a = origins->items + first;
        size_t n = 1;

        while (first + n < origins->n && strcmp(a->section, a[n].section) == 0 &&
               (section || strcmp(a->key ?: "", a[n].key ?: "") == 0))
                n++;
        return n;
}

int origins_check(struct origins *origins, config_report_t report, void *userdata)
{
        size_t n;
        int r = 0;

        if (origins->incomplete)
                return log_oom();
        if (origins->n > 0)
                qsort(origins->items, origins->n, sizeof(*origins->items), compare);

        for (size_t i = 0; i < origins->n && r >= 0; i += n) {
                n = count(origins, i, false);
                r = warn_overridden(origins->items + i, n, report, userdata);
        }
        for (size_t i = 0; i < origins->n && r >= 0; i += n) {
                n = count(origins, i, true);
                if (is_stray(origins->items + i, n))
                        r = warn_stray(origins, origins->items + i, report, userdata);
        }
        return r;
}

void origins_print_globals(const struct origins *origins, FILE *out)
{
        size_t n;

        for (size_t i = 0; i < origins->n; i += n) {
                const struct origin *last;

                n = count(origins, i, false);
                last = origins->items + i + n - 1;
                if (last->key && strcmp(last->section, GLOBAL) == 0)
                        fprintf(out, "%s= of all domains: %s:%u\n", last->key, last->file,
                                last->line);
        }
}

void origins_done(struct origins *origins)
{
        for (size_t i = 0; i < origins->n; i++) {
                free(origins->items[i].section);
                free(origins->items[i].key);
                free(origins->items[i].file);
        }
        free(origins->items);
        *origins = (struct origins){};
}
