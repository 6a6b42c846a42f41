/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages that the kernel is told to take: its command line, or the files that it is made from. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/import/import-files.h"
#include "helpers/tool/import/import-model.h"

/* One line, and where it is. Sizes apply to what comes after them
 * (Documentation/admin-guide/kernel-parameters.txt, "hugepagesz="). */
struct line {
        struct import *import; /* NULL: only looking whether there is something to remove */
        struct import *old;
        const char *where;
        struct page_size size;
};

/* "512", or "0:256,1:256". */
static int take_counts(struct line *line, const char *where, const char *value)
{
        _cleanup_free_ char *copy = strdup(value);
        char *rest = copy, *part;
        int r = 0;

        if (!copy)
                return log_oom();
        while (r >= 0 && (part = strsep(&rest, ","))) {
                char *count = strchr(part, ':');

                if (count)
                        *count++ = '\0';
                r = import_count(line->import, line->size, count ? part : NULL, count ?: part,
                                 where);
        }
        return r;
}

static int take_argument(struct line *line, const char *argument)
{
        const char *value = strchr(argument, '=');
        _cleanup_free_ char *where = NULL;
        int r;

        if (!value++)
                return 0;
        if (strncmp(argument, "hugepagesz=", 11) == 0 ||
            strncmp(argument, "default_hugepagesz=", 19) == 0) {
                if (page_size_parse(value, &line->size) < 0 && line->import)
                        return import_left(line->import, argument, "not a page size");
                return 0;
        }
        if (strncmp(argument, "hugepages=", 10) != 0)
                return 0;
        if (asprintf(&where, "%s: %s, with the hugepagesz= before it", line->where, argument) < 0) {
                where = NULL;
                return log_oom();
        }
        r = import_old(line->old, where);
        return r < 0 || !line->import ? r : take_counts(line, where, value);
}

static int take_line(struct line *line, char *text)
{
        char *rest = text, *argument;
        int r = 0;

        line->size = page_size_default(PAGE_HUGE);
        while (r >= 0 && (argument = strsep(&rest, " \t\n\"'")))
                r = take_argument(line, argument);
        return r;
}

struct lines {
        const char *prefix; /* of the lines that count */
        struct import *import, *old;
};

/* None of a file's shell is run. */
static int take_line_of_file(const char *where, char *text, void *userdata)
{
        const struct lines *lines = userdata;
        struct line line = { lines->import, lines->old, where, {} };

        text += strspn(text, " \t");
        if (*text == '#' || strncmp(text, lines->prefix, strlen(lines->prefix)) != 0)
                return 0;
        return take_line(&line, text + strlen(lines->prefix));
}

static const struct {
        const char *path, *suffix; /* a directory, if there is a suffix */
        const char *prefix;
} sources[] = {
        { "/etc/kernel/cmdline", NULL, "" },
        { "/etc/default/grub", NULL, "GRUB_CMDLINE_LINUX" },
        { "/etc/default/grub.d", ".cfg", "GRUB_CMDLINE_LINUX" },
        { "/boot/loader/entries", ".conf", "options " },
};

int import_from_command_line(int root, bool running, struct import *import)
{
        int r = 0;

        for (size_t i = 0; i < sizeof(sources) / sizeof(*sources) && r >= 0; i++) {
                struct lines lines = { sources[i].prefix, running ? NULL : import, import };

                r = sources[i].suffix
                            ? import_each_file(root, sources[i].path, sources[i].suffix,
                                               take_line_of_file, &lines)
                            : import_each_line(root, sources[i].path, take_line_of_file, &lines);
        }
        return r;
}
