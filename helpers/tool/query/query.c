/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem query: shows the memory, its owners, and the processes that use it. */

#include <getopt.h>
#include <locale.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/tool/classic/classic-query.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/inspect/damage.h"
#include "helpers/tool/query/metrics.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/terminal/table-columns.h"

struct options {
        enum json_mode json;
        const struct query_table *table; /* NULL: all of it */
        const char *columns;             /* NULL: the default */
        struct table_format format;
        bool metrics;
        const char *file; /* for metrics; NULL: standard output */
};

static int parse_option(int option, struct options *options)
{
        switch (option) {
        case OPTION_JSON:
                return json_mode_parse(optarg, &options->json);
        case OPTION_TABLE:
                options->table = query_find_table(optarg);
                if (options->table)
                        return 0;
                return log_error_errno(
                        EINVAL, "--table=%s: expected pools, domains, regions or holders", optarg);
        case OPTION_OUTPUT:
                options->columns = optarg;
                return 0;
        case OPTION_NOHEADINGS:
                options->format.no_headings = true;
                return 0;
        case OPTION_RAW:
                options->format.raw = true;
                return 0;
        case OPTION_BYTES:
                options->format.bytes = true;
                return 0;
        case OPTION_METRICS:
                options->metrics = true;
                options->file = optarg;
                return 0;
        default:
                return -EINVAL;
        }
}

/* Settings of a single table; metrics are those of the machine. */
static int check_options(struct options *options, const char *domain)
{
        const struct query_table *table = options->table;

        if (!table && (options->columns || options->format.no_headings || options->format.raw ||
                       options->format.bytes))
                return log_error_errno(EINVAL, "--output=, --noheadings, --raw and --bytes need "
                                               "--table=");
        if (options->metrics && (table || options->json != JSON_OFF || domain))
                return log_error_errno(EINVAL, "--metrics: shows all domains, and no table or JSON");
        return options->columns ? table_columns_parse(options->columns, table->columns,
                                                      table->n_columns, &options->format)
                                : 0;
}

static int print_metrics(struct tool *tool, const struct query *query, const char *file)
{
        int r;

        if (file)
                return query_write_metrics(query, file);
        r = query_print_metrics(query, tool->out);
        return r < 0 ? log_error_errno(r, "Cannot print the result: %m") : 0;
}

static int print(struct tool *tool, const struct query *query, const struct options *options)
{
        if (options->table) {
                /* The table is meant for programs; missing data is reported separately. */
                for (size_t i = 0; i < query->n_missing; i++)
                        log_warning("Not shown: %s", query->missing[i]);
                return query_print_one(query, options->table, &options->format, options->json,
                                       tool->out);
        }
        return options->json != JSON_OFF ? query_print_json(query, options->json, tool->out)
                                         : query_print_table(query, tool->out);
}

static int collect_devices(const struct tool *tool, struct query *query)
{
        int r = devices_read(tool->machine.sysfs, &query->devices);

        return r < 0 && r != -ENOMEM
                       ? query_miss(query, "the devices in /sys could not be read: %s",
                                    strerror(-r))
                       : r;
}

/* What OPTIONS show of DOMAIN, or of all (NULL). */
static int collect(const struct tool *tool, const struct options *options, const char *domain,
                   struct query *query)
{
        uint64_t start = clock_nsec();
        int r;

        r = query_collect(tool, domain, query);
        if (r >= 0)
                r = query_find_damage(tool, domain, query);
        if (r >= 0 && options->json != JSON_OFF && !options->table)
                r = collect_devices(tool, query);
        if (r >= 0 && !options->table && !options->metrics)
                r = query_collect_settings(tool, query);
        if (r >= 0 && options->metrics)
                r = query_collect_times(tool, query);
        query->switched_off = reload_switched_off(tool);
        query->took_nsec = clock_nsec() - start;
        return r;
}

int verb_query(struct tool *tool, int argc, char **argv)
{
        _cleanup_query_ struct query query = {};
        struct options options = {};
        int c, r = 0;

        while (r >= 0 && (c = tool_next_option(tool, argc, argv)) >= 0)
                r = parse_option(c, &options);
        if (r >= 0)
                r = check_options(&options, argv[optind]);
        if (r < 0)
                return tool_usage(tool, argv[0]);

        (void) setlocale(LC_CTYPE, ""); /* character set of the terminal */
        r = collect(tool, &options, argv[optind], &query);
        if (r < 0)
                return r;
        if (options.metrics)
                return print_metrics(tool, &query, options.file);

        if (tool->classic && options.json == JSON_OFF) {
                r = classic_query_begin(tool);
                if (r < 0)
                        return r;
        }
        r = print(tool, &query, &options);
        if (r < 0)
                return log_error_errno(r, "Cannot print the result: %m");
        return tool->classic && options.json == JSON_OFF ? classic_query_end(tool, argc, argv)
                                                         : TOOL_OK;
}
