/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings of the kernel around the pages: lines of sysctl.d(5) and tmpfiles.d(5) that write the pools in which
 * domains reserve, and memory that a setting would save. */

#include <fcntl.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/tool/settings/page-hints.h"
#include "helpers/tool/settings/pool-lines.h"
#include "helpers/tool/verify/verify.h"

/* Less is not worth a hint. */
#define SAVING_MIN (16 * MIB)

struct judgement {
        const struct config *config;
        config_report_t report;
        void *userdata;
};

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

static void judge(const struct pool_line *line, void *userdata)
{
        const struct judgement *judgement = userdata;
        const struct domain *domain = find_reserver(judgement->config, line->size);
        _cleanup_free_ char *message = NULL, *safe = text_escape(line->value);

        if (!domain)
                return;
        if (asprintf(
                    &message,
                    "%s=%s writes the pool of %s pages, in which domain %s reserves its own: they become "
                    "surplus, or are taken for those of others; remove the line, and ask for these pages "
                    "in a domain, too",
                    line->what, safe ?: "?", page_size_text(line->size), domain->name) < 0) {
                message = NULL;
                log_oom();
                return;
        }
        judgement->report(LOG_WARNING, line->file, line->line, message, judgement->userdata);
}

int verify_settings(int root, const struct config *config, config_report_t report, void *userdata)
{
        struct judgement judgement = { config, report, userdata };
        int r = pool_lines_read(root, judge, &judgement);

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
