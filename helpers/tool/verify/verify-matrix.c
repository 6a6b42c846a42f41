/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One configuration against many machines. */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/terminal/table.h"
#include "helpers/tool/verify/verify.h"

#define SUFFIX ".json"

enum { COLUMN_MACHINE, COLUMN_NODES, COLUMN_MEMORY, COLUMN_DOMAINS };

/* Domains side by side; with more there are several tables. */
#define DOMAINS_MAX (TABLE_COLUMNS_MAX - COLUMN_DOMAINS)

static int is_description(const struct dirent *entry)
{
        size_t length = strlen(entry->d_name);

        return entry->d_name[0] != '.' && length > strlen(SUFFIX) &&
               strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) == 0;
}

static bool is_good(const struct config *config, const struct machine_answers *answers)
{
        for (size_t i = 0; answers->domains && i < config->n_domains; i++)
                if (!answers->domains[i].asked || answers->domains[i].problem)
                        return false;
        return answers->domains;
}

/* What is wrong with the description itself is logged, and becomes a problem like others. */
static int look_at(const struct config *config, const char *path, config_report_t report,
                   void *userdata, struct machine_answers *ret)
{
        _cleanup_free_ char *problem = NULL;
        int r;

        log_set_sink(log_keep_first_error, &problem);
        r = verify_machine(config, path, report, userdata, ret);
        log_set_sink(NULL, NULL);
        if (r == -ENOMEM)
                return log_oom();
        if (r < 0)
                report(LOG_ERR, NULL, 0, problem ?: strerror(-r), userdata);
        return 0;
}

static int add_machine(const struct config *config, const char *directory, const char *name,
                       config_report_t report, void *userdata, struct machine_matrix *matrix)
{
        _cleanup_free_ char *path = NULL, *machine = NULL;
        struct machine_answers *answers;
        int r;

        if (asprintf(&path, "%s%s%s", directory, directory[strlen(directory) - 1] == '/' ? "" : "/",
                     name) < 0) {
                path = NULL;
                return log_oom();
        }
        machine = strndup(name, strlen(name) - strlen(SUFFIX));
        if (!machine)
                return log_oom();

        answers = matrix->answers + matrix->n;
        r = look_at(config, path, report, userdata, answers);
        matrix->good += is_good(config, answers);
        matrix->names[matrix->n++] = TAKE_PTR(machine);
        return r;
}

int verify_machines(const struct config *config, const char *directory, config_report_t report,
                    void *userdata, struct machine_matrix *ret)
{
        struct dirent **entries = NULL;
        int n = scandir(directory, &entries, is_description, versionsort), r = 0;

        if (n < 0)
                return log_error_errno(errno, "Cannot read the directory %s: %m", directory);
        if (n == 0)
                r = log_error_errno(
                        ENOENT,
                        "%s: has no file *.json; write them by 'fd-shmem query --json' on the machines",
                        directory);
        ret->names = calloc((size_t) n + 1, sizeof(*ret->names));
        ret->answers = calloc((size_t) n + 1, sizeof(*ret->answers));
        if (!ret->names || !ret->answers)
                r = log_oom();
        for (int i = 0; i < n; i++) {
                if (r >= 0)
                        r = add_machine(config, directory, entries[i]->d_name, report, userdata,
                                        ret);
                free(entries[i]);
        }
        free(entries);
        return r;
}

struct view {
        const struct machine_matrix *matrix;
        size_t first, n; /* domains */
};

static int fill_answer(struct table_cell *cell, const struct machine_answer *answer)
{
        cell->colour = answer->problem ? COLOUR_RED : COLOUR_NONE;
        if (!answer->asked)
                return cell_text(cell, "error");
        if (answer->unmet)
                return cell_text(cell, "not started");
        if (answer->problem)
                return cell_printf(cell, "%s%s", answer->problem, answer->perhaps ? "?" : "");
        if (!answer->perhaps) {
                cell_bytes(cell, answer->bytes);
                return 0;
        }

        const struct table_format format = {};
        _cleanup_free_ char *shown = NULL;
        struct table_cell plain = {};

        cell_bytes(&plain, answer->bytes);
        shown = cell_show(&plain, &format);
        return shown ? cell_printf(cell, "%s?", shown) : -ENOMEM;
}

static int fill_row(void *userdata, size_t row, struct table_cell *cells)
{
        const struct view *view = userdata;
        const struct machine_answers *answers = view->matrix->answers + row;
        int r = cell_text(cells + COLUMN_MACHINE, view->matrix->names[row]);

        if (r < 0)
                return r;
        if (!answers->domains) {
                cells[COLUMN_NODES].colour = COLOUR_RED;
                return cell_text(cells + COLUMN_NODES, "unreadable");
        }
        cell_number(cells + COLUMN_NODES, answers->nodes);
        cell_bytes(cells + COLUMN_MEMORY, answers->memory);
        for (size_t i = 0; i < view->n && r >= 0; i++)
                r = fill_answer(cells + COLUMN_DOMAINS + i, answers->domains + view->first + i);
        return r;
}

static int print_view(struct view *view, const struct config *config,
                      const struct terminal *terminal)
{
        struct table_column columns[TABLE_COLUMNS_MAX] = {
                [COLUMN_MACHINE] = { "MACHINE" },
                [COLUMN_NODES] = { "NODES", .right = true },
                [COLUMN_MEMORY] = { "MEMORY", .right = true },
        };
        const struct table table = {
                .columns = columns,
                .n_columns = COLUMN_DOMAINS + view->n,
                .n_rows = view->matrix->n,
                .row = fill_row,
                .userdata = view,
        };

        for (size_t i = 0; i < view->n; i++)
                columns[COLUMN_DOMAINS + i] =
                        (struct table_column){ config->domains[view->first + i].name,
                                               .right = true };
        return table_print(&table, terminal);
}

int machine_matrix_print(const struct machine_matrix *matrix, const struct config *config,
                         FILE *out)
{
        struct terminal terminal;
        int r = 0;

        terminal_open(out, &terminal);
        for (size_t first = 0; first < config->n_domains && r >= 0; first += DOMAINS_MAX) {
                size_t left = config->n_domains - first;
                struct view view = { matrix, first, left < DOMAINS_MAX ? left : DOMAINS_MAX };

                r = print_view(&view, config, &terminal);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot print the table of machines: %m");
        fprintf(out, "%zu machine%s, %zu of them without a problem\n\n", matrix->n,
                matrix->n == 1 ? "" : "s", matrix->good);
        return 0;
}

int machine_matrix_open(const struct machine_matrix *matrix, const struct config *config,
                        struct machine_answer **ret)
{
        struct machine_answer *domains = calloc(config->n_domains + 1, sizeof(*domains));

        if (!domains)
                return log_oom();
        for (size_t m = 0; m < matrix->n; m++)
                for (size_t i = 0; matrix->answers[m].domains && i < config->n_domains; i++)
                        domains[i].perhaps |= matrix->answers[m].domains[i].perhaps;
        *ret = domains;
        return 0;
}

void machine_matrix_done(struct machine_matrix *matrix)
{
        for (size_t i = 0; i < matrix->n; i++) {
                free(matrix->names[i]);
                free(matrix->answers[i].domains);
        }
        free(matrix->names);
        free(matrix->answers);
}
