/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings of the kernel around the pages: lines of sysctl.d(5) and tmpfiles.d(5) that write the pools in which
 * domains reserve, and memory that a setting would save. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/size.h"
#include "conf/file.h"
#include "conf/search-path.h"
#include "helpers/tool/settings/page-hints.h"
#include "helpers/tool/verify/verify.h"

#define BLANKS " \t"

/* Less is not worth a hint. */
#define SAVING_MIN (16 * MIB)

struct search_for_lines {
        int root;
        const struct config *config;
        config_report_t report;
        void *userdata;
        const char *file; /* being read */
        unsigned line;
};

static void ignore_directory(const char *directory, int error, void *userdata)
{
}

/* The first domain that reserves pages of SIZE; NULL: none does. */
static const struct domain *find_reserver(const struct config *config, struct page_size size)
{
        for (size_t i = 0; i < config->n_domains; i++)
                for_each_pool_type(type)
                        if (!config->domains[i].error &&
                            config->domains[i].request[type].scope > REQUEST_MOUNT &&
                            page_size_equal(domain_page_size(&config->domains[i], type), size))
                                return config->domains + i;
        return NULL;
}

/* WHAT is written into the pool of SIZE. */
static void judge(const struct search_for_lines *search, const char *what, const char *value,
                  struct page_size size)
{
        const struct domain *domain = find_reserver(search->config, size);
        _cleanup_free_ char *message = NULL, *safe = text_escape(value);

        if (!domain)
                return;
        if (asprintf(
                    &message,
                    "%s=%s writes the pool of %s pages, in which domain %s reserves its own: they become "
                    "surplus, or are taken for those of others; remove the line, and ask for these pages "
                    "in a domain, too",
                    what, safe ?: "?", page_size_text(size), domain->name) < 0) {
                message = NULL;
                log_oom();
                return;
        }
        search->report(LOG_WARNING, search->file, search->line, message, search->userdata);
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
static void judge_sysctl(const struct search_for_lines *search, char *line)
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
                judge(search, key, trim(value), page_size_default(PAGE_HUGE));
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

/* "w /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages - - - - 512" */
static void judge_tmpfiles(const struct search_for_lines *search, char *line)
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
                judge(search, path, trim(rest ?: line + strlen(line)), pool_of_path(path));
}

static void read_lines(struct search_for_lines *search, const char *path,
                       void (*judge_line)(const struct search_for_lines *search, char *line))
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
                        judge_line(search, line);
        }
}

/* systemd-sysctl.service and systemd-tmpfiles-setup.service read these as ours are read. */
static int read_all(struct search_for_lines *search, const char *name, const char *also,
                    void (*judge_line)(const struct search_for_lines *search, char *line))
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
                read_lines(search, list.paths[i], judge_line);
                if (also && strstr(list.paths[i], "/99-sysctl.conf"))
                        also = NULL; /* a link to it */
        }
        if (also)
                read_lines(search, also, judge_line);
        return 0;
}

int verify_settings(int root, const struct config *config, config_report_t report, void *userdata)
{
        struct search_for_lines search = {
                .root = root,
                .config = config,
                .report = report,
                .userdata = userdata,
        };
        int r = read_all(&search, "sysctl", "/etc/sysctl.conf", judge_sysctl);

        if (r >= 0)
                r = read_all(&search, "tmpfiles", NULL, judge_tmpfiles);
        return r < 0 ? log_error_errno(r, "Cannot look for lines that write the pools: %m") : 0;
}

/* Bytes that domains ask for, as far as it is known without the machine. */
static uint64_t declared_bytes(const struct config *config)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < config->n_domains; i++)
                for_each_pool_type(type)
                        sum += page_hints_declared(config->domains + i, type) *
                               domain_page_size(config->domains + i, type).bytes;
        return sum;
}

void verify_print_saving(int root, const struct config *config, FILE *out)
{
        _cleanup_close_ int procfs = openat(root, "proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        _cleanup_free_ char *hint = NULL;
        struct page_settings settings;

        page_settings_read(procfs, &settings);
        if (page_hints_vmemmap(&settings, declared_bytes(config), SAVING_MIN, &hint) >= 0 && hint)
                fprintf(out, "hint: %s\n", hint);
}
