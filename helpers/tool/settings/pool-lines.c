/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/settings/pool-lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "conf/file.h"
#include "conf/search-path.h"

#define BLANKS " \t"

struct search_for_lines {
        int root;
        pool_line_t take;
        void *userdata;
        const char *file; /* being read */
        unsigned line;
};

static void ignore_directory(const char *directory, int error, void *userdata)
{
}

/* WHAT is written into the pool of SIZE. */
static void take(const struct search_for_lines *search, const char *what, const char *value,
                 struct page_size size, int node)
{
        const struct pool_line line = { search->file, search->line, what, value, size, node };

        search->take(&line, search->userdata);
}

/* Cuts blanks off both ends of TEXT. */
static char *trim(char *text)
{
        size_t n;

        text += strspn(text, BLANKS);
        for (n = strlen(text); n > 0 && strchr(BLANKS, text[n - 1]); n--)
                text[n - 1] = '\0';
        return text;
}

/* "vm.nr_hugepages = 512", "-vm/nr_hugepages=512": the pool of the kernel's default size. */
static void take_sysctl(const struct search_for_lines *search, char *line)
{
        char *value = strchr(line, '='), *key;

        if (!value)
                return;
        *value++ = '\0';
        key = trim(line + (*line == '-'));
        for (char *p = key; *p; p++)
                if (*p == '/')
                        *p = '.';
        if (strcmp(key, "vm.nr_hugepages") == 0 || strcmp(key, "vm.nr_hugepages_mempolicy") == 0)
                take(search, key, trim(value), page_size_default(PAGE_HUGE), -1);
}

/* The size of the pool whose number of pages is in the file PATH; 0: it is not of that kind. */
static struct page_size pool_of_path(const char *path)
{
        static const char directory[] = "/hugepages/hugepages-";
        const char *name = strrchr(path, '/'), *pool = strstr(path, directory);
        uint64_t kib;
        int end = 0;

        if (strncmp(path, "/sys/", 5) != 0 || !pool || !name ||
            (strcmp(name, "/nr_hugepages") != 0 && strcmp(name, "/nr_hugepages_mempolicy") != 0) ||
            sscanf(pool + strlen(directory), "%9" SCNu64 "kB/%n", &kib, &end) != 1 || end == 0)
                return (struct page_size){};
        return (struct page_size){ kib * 1024 };
}

/* The node in the PATH of its pool; -1: it is that of all nodes. */
static int node_of_path(const char *path)
{
        int node;

        return sscanf(path, "/sys/devices/system/node/node%9d/", &node) == 1 ? node : -1;
}

/* "w /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages - - - - 512" */
static void take_tmpfiles(const struct search_for_lines *search, char *line)
{
        char *rest = line, *type = NULL, *path = NULL, *word;
        unsigned n = 0;

        while (n < 6 && (word = strsep(&rest, BLANKS)))
                if (*word) {
                        type = n == 0 ? word : type;
                        path = n == 1 ? word : path;
                        n++;
                }
        if (n == 6 && *type == 'w' && pool_of_path(path).bytes > 0)
                take(search, path, trim(rest ?: line + strlen(line)), pool_of_path(path),
                     node_of_path(path));
}

static void read_lines(struct search_for_lines *search, const char *path,
                       void (*take_line)(const struct search_for_lines *search, char *line))
{
        _cleanup_free_ char *text = NULL;
        struct file_stamp stamp;
        char *rest, *line;
        size_t size;

        if (file_read(search->root, path, &text, &size, &stamp) <= 0)
                return;
        search->file = path;
        search->line = 0;
        for (rest = text; (line = strsep(&rest, "\n"));) {
                search->line++;
                line = trim(line);
                if (*line && *line != '#' && *line != ';')
                        take_line(search, line);
        }
}

/* systemd-sysctl.service and systemd-tmpfiles-setup.service read these as ours are read. */
static int read_all(struct search_for_lines *search, const char *name, const char *also,
                    void (*take_line)(const struct search_for_lines *search, char *line))
{
        const struct search files = {
                .root_fd = search->root,
                .name = name,
                .problem = ignore_directory,
        };
        _cleanup_(file_list_done) struct file_list list = {};
        int r = search_files(&files, &list);

        if (r < 0)
                return r;
        for (size_t i = 0; i < list.n; i++) {
                read_lines(search, list.paths[i], take_line);
                if (also && strstr(list.paths[i], "/99-sysctl.conf"))
                        also = NULL; /* a link to it */
        }
        if (also)
                read_lines(search, also, take_line);
        return 0;
}

int pool_lines_read(int root, pool_line_t take_pool_line, void *userdata)
{
        struct search_for_lines search = { .root = root,
                                           .take = take_pool_line,
                                           .userdata = userdata };
        int r = read_all(&search, "sysctl", "/etc/sysctl.conf", take_sysctl);

        return r < 0 ? r : read_all(&search, "tmpfiles", NULL, take_tmpfiles);
}
