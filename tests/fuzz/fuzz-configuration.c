/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The reader of configuration files, and the loader that makes domains of what it reads. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"
#include "conf/load.h"
#include "conf/reader.h"
#include "tests/fuzz/fuzz.h"

#define FILE_NAME "fd-shmem.conf"

static int root_fd = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        root_fd = open(fuzz_scratch(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        require(root_fd >= 0);
        require(mkdirat(root_fd, "mnt", 0755) >= 0);
        require(symlinkat("mnt", root_fd, "link") >= 0);
        require(symlinkat("loop", root_fd, "loop") >= 0);
        return 0;
}

/* Events come in the order of the lines, with text that is fit to be shown. */
struct reading {
        unsigned line;
        unsigned n_lines;
};

static void take_line(struct reading *reading, unsigned line)
{
        require(line >= 1 && line >= reading->line && line <= reading->n_lines);
        reading->line = line;
}

static void check_text(const char *text)
{
        require(utf8_is_valid(text, strlen(text)));
        for (const char *p = text; *p; p++)
                require(((unsigned char) *p >= ' ' && *p != 0x7f) || *p == '\t');
}

static void on_section(const char *name, unsigned line, void *userdata)
{
        take_line(userdata, line);
        require(!name || strlen(name) <= READER_SECTION_MAX);
}

static void on_key(const char *key, const char *value, unsigned line, void *userdata)
{
        take_line(userdata, line);
        require(*key && strlen(key) <= READER_KEY_MAX);
        check_text(key);
        check_text(value);
}

static void on_problem(int level, unsigned line, const char *message, void *userdata)
{
        take_line(userdata, line);
        require(level == LOG_ERR || level == LOG_WARNING);
        require(*message);
}

static void check_reader(const char *text, size_t size)
{
        static const struct reader_events events = {
                .section = on_section,
                .key = on_key,
                .problem = on_problem,
        };
        struct reading reading = { .n_lines = 1 };

        for (size_t i = 0; i < size; i++)
                reading.n_lines += text[i] == '\n';
        require(reader_read(text, size, &events, &reading) == 0);
}

static void on_report(int level, const char *file, unsigned line, const char *message,
                      void *userdata)
{
        unsigned *n_errors = userdata;

        fuzz_check_message(message);
        *n_errors += level == LOG_ERR;
}

/* A domain without an error can come up: it has everything that its units are made of. */
static void check_domain(const struct domain *domain, unsigned n_errors)
{
        require(domain->name && *domain->name && domain->where.file && domain->where.line > 0);
        if (domain->error) {
                require(n_errors > 0);
                fuzz_check_message(domain->error);
                return;
        }

        require(domain->path[0] == '/' && domain->path[1] != '\0');
        check_text(domain->path);
        require(!strstr(domain->path, "/../") && !strstr(domain->path, "//"));
        require((domain->mode & ~(mode_t) 07777) == 0);
        require(domain->user && *domain->user);
        require(domain->normal != NORMAL_NONE || domain->request[PAGE_HUGE].scope != REQUEST_NONE ||
                domain->request[PAGE_GIGANTIC].scope != REQUEST_NONE);
}

static void check_loader(const void *data, size_t size)
{
        _cleanup_config_ struct config config = {};
        unsigned n_errors = 0;
        int r;

        fuzz_write(root_fd, FILE_NAME, data, size);
        r = config_load_file(root_fd, "/" FILE_NAME, on_report, &n_errors, &config);
        require(r == 0 || r == -E2BIG);
        require(r == 0 || (config.n_domains == 0 && n_errors > 0));
        for (size_t i = 0; i < config.n_domains; i++)
                check_domain(&config.domains[i], n_errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        fuzz_check_messages();
        check_reader((const char *) data, size);
        check_loader(data, size);
        return 0;
}
