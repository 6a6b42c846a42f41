/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* verify [FILE]: finds mistakes in a configuration before it is used. */

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/grow-array.h"
#include "basic/log.h"
#include "conf/load.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/verify/verify-origins.h"
#include "helpers/tool/verify/verify-owners.h"
#include "helpers/tool/verify/verify.h"

struct options {
        const char *root;
        const char *machine;
        const char *file;
        bool units;
};

struct problem {
        int level;
        char *file; /* NULL: of none */
        unsigned line;
        char *message;
        size_t order;
};

struct verdict {
        unsigned errors;
        unsigned warnings;
        struct problem *problems;
        size_t n, room;
        struct origins origins;
        struct machine_matrix matrix;
        struct machine_answers answers; /* of the machine, or of all */
        bool owners_known;
};

static void verdict_done(struct verdict *verdict)
{
        for (size_t i = 0; i < verdict->n; i++) {
                free(verdict->problems[i].file);
                free(verdict->problems[i].message);
        }
        free(verdict->problems);
        origins_done(&verdict->origins);
        machine_matrix_done(&verdict->matrix);
        free(verdict->answers.domains);
}

static void print_problem(int level, const char *file, unsigned line, const char *message)
{
        if (file && line > 0)
                fprintf(stderr, "%s:%u: ", file, line);
        else if (file)
                fprintf(stderr, "%s: ", file); /* as a whole */
        fprintf(stderr, "%s: %s\n", level <= LOG_ERR ? "error" : "warning", message);
}

/* They are found in the order of the checks, and printed in the order of the lines. */
static void report(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        struct verdict *verdict = userdata;
        struct problem problem = {
                .level = level,
                .file = file ? strdup(file) : NULL,
                .line = line,
                .message = strdup(message),
                .order = verdict->n,
        };

        if (level <= LOG_ERR)
                verdict->errors++;
        else
                verdict->warnings++;

        if ((file && !problem.file) || !problem.message ||
            grow_array(&verdict->problems, verdict->n, &verdict->room) < 0) {
                print_problem(level, file, line, message);
                free(problem.file);
                free(problem.message);
                return;
        }
        verdict->problems[verdict->n++] = problem;
}

static void watch(const char *section, const char *key, const char *file, unsigned line,
                  void *userdata)
{
        struct verdict *verdict = userdata;

        origins_add(&verdict->origins, section, key, file, line);
}

/* Which of the files it is; those that are none of them come first. */
static size_t file_number(const struct config *config, const char *file)
{
        for (size_t i = 0; file && config->files && config->files[i]; i++)
                if (strcmp(config->files[i], file) == 0)
                        return i + 1;
        return 0;
}

static int compare_problems(const void *a, const void *b, void *userdata)
{
        const struct problem *p = a, *q = b;
        size_t first = file_number(userdata, p->file), second = file_number(userdata, q->file);

        if (first != second)
                return first < second ? -1 : 1;
        if (p->line != q->line)
                return p->line < q->line ? -1 : 1;
        return (p->order > q->order) - (p->order < q->order);
}

static void print_problems(struct verdict *verdict, const struct config *config)
{
        if (verdict->n > 0)
                qsort_r(verdict->problems, verdict->n, sizeof(*verdict->problems), compare_problems,
                        (void *) config);
        for (size_t i = 0; i < verdict->n; i++)
                print_problem(verdict->problems[i].level, verdict->problems[i].file,
                              verdict->problems[i].line, verdict->problems[i].message);
}

static int parse_options(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){};
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_ROOT)
                        ret->root = optarg;
                else if (c == OPTION_MACHINE)
                        ret->machine = optarg;
                else if (c == OPTION_UNITS)
                        ret->units = true;
                else
                        return -EINVAL;

        if (argc - optind > 1) {
                fprintf(stderr, "verify: takes one file, not %d\n", argc - optind);
                return -EINVAL;
        }
        ret->file = argv[optind];
        return 0;
}

/* With --root a FILE lies below it, otherwise it is an ordinary path. */
static int load(int root, const struct options *options, struct verdict *verdict,
                struct config *ret)
{
        const char *file = options->file;
        char path[PATH_MAX];
        int r = 0;

        if (file && !options->root) {
                file = realpath(file, path);
                r = file ? 0 : -errno;
        }
        if (r >= 0)
                r = config_load_watched(root, file, report, watch, verdict, ret);
        if (r < 0 && verdict->errors == 0) /* otherwise already reported */
                return log_error_errno(r, "Cannot read %s: %m",
                                       options->file ?: "the configuration");
        return r < 0 ? r : 0;
}

static const char *plural(size_t n)
{
        return n == 1 ? "" : "s";
}

static void print_summary(const struct config *config, const struct options *options,
                          const struct verdict *verdict, FILE *out)
{
        if (!config->files || !config->files[0]) {
                if (verdict->errors == 0) /* otherwise there may be one */
                        fprintf(out, "no configuration below %s: nothing will be started\n",
                                options->root ?: "/");
                return;
        }

        for (char **file = config->files; *file; file++)
                fprintf(out, "read: %s\n", *file);
        origins_print_globals(&verdict->origins, out);
        verify_print_open_questions(config, options->machine != NULL, verdict->answers.domains,
                                    verdict->owners_known, out);
        fprintf(out, "%zu domain%s, %u error%s, %u warning%s\n", config->n_domains,
                plural(config->n_domains), verdict->errors, plural(verdict->errors),
                verdict->warnings, plural(verdict->warnings));
}

static int check_machine(const struct config *config, const char *path, struct verdict *verdict)
{
        struct stat st;
        int r;

        if (stat(path, &st) >= 0 && S_ISDIR(st.st_mode)) {
                r = verify_machines(config, path, report, verdict, &verdict->matrix);
                return r < 0 ? r
                             : machine_matrix_open(&verdict->matrix, config,
                                                   &verdict->answers.domains);
        }
        return verify_machine(config, path, report, verdict, &verdict->answers);
}

/* A file alone may be for any machine; its users are left to the boot there. */
static int check(int root, const struct options *options, struct verdict *verdict,
                 const struct config *config)
{
        int r = origins_check(&verdict->origins, report, verdict);

        if (r >= 0 && (options->root || !options->file))
                r = verify_owners(root, options->root != NULL, config, report, verdict,
                                  &verdict->owners_known);
        if (options->root || !options->file)
                verify_consumers(root, config, report, verdict);
        if (r >= 0 && (options->root || !options->file))
                r = verify_settings(root, config, report, verdict);
        if (r >= 0 && options->machine)
                r = check_machine(config, options->machine, verdict);
        return r;
}

int verb_verify(struct tool *tool, int argc, char **argv)
{
        _cleanup_config_ struct config config = {};
        _cleanup_(verdict_done) struct verdict verdict = {};
        _cleanup_image_ struct tool image = TOOL_NULL;
        struct options options;
        int root, r;

        r = parse_options(tool, argc, argv, &options);
        if (r < 0)
                return tool_usage(tool, argv[0]);
        r = configuration_open(tool, options.root, &image);
        if (r < 0)
                return r;
        root = image.root;

        r = load(root, &options, &verdict, &config);
        if (r >= 0)
                r = check(root, &options, &verdict, &config);
        print_problems(&verdict, &config);
        if (r >= 0 && options.units)
                r = verify_print_units(root, &config, tool->out);
        if (r >= 0 && verdict.matrix.n > 0)
                r = machine_matrix_print(&verdict.matrix, &config, tool->out);
        if (r < 0)
                return r;

        if (!options.units)
                print_summary(&config, &options, &verdict, tool->out);
        if (!options.units && (options.root || !options.file))
                verify_print_saving(root, &config, tool->out);
        if (!options.root && !options.file) /* of this machine */
                reload_tell_switched_off(tool);
        return verdict.errors > 0 ? TOOL_FAILED : TOOL_OK;
}
