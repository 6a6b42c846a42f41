/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* verify [FILE]: what is wrong with a configuration, before it matters. */

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>

#include "basic/log.h"
#include "helpers/tool/tool.h"
#include "helpers/tool/verify.h"

struct options {
        const char *root;
        const char *machine;
        const char *file;
        bool units;
};

struct verdict {
        unsigned errors;
        unsigned warnings;
};

static void report(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        struct verdict *verdict = userdata;

        if (level <= LOG_ERR)
                verdict->errors++;
        else
                verdict->warnings++;

        if (file)
                fprintf(stderr, "%s:%u: ", file, line);
        fprintf(stderr, "%s: %s\n", level <= LOG_ERR ? "error" : "warning", message);
}

static int parse_options(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        static const struct option options[] = {
                { "root", required_argument, NULL, 'r' },
                { "machine", required_argument, NULL, 'm' },
                { "units", no_argument, NULL, 'u' },
                { 0 },
        };
        int c;

        *ret = (struct options){ 0 };
        while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
                if (c == 'r')
                        ret->root = optarg;
                else if (c == 'm')
                        ret->machine = optarg;
                else if (c == 'u')
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

static int open_root(const struct tool *tool, const struct options *options)
{
        int fd = options->root ? open(options->root, O_PATH | O_DIRECTORY | O_CLOEXEC)
                               : fcntl(tool->root, F_DUPFD_CLOEXEC, 0);

        if (fd < 0)
                return log_error_errno(errno, "%s: cannot be opened as the root directory: %m",
                                       options->root ?: "/");
        return fd;
}

/* With --root a FILE lies below it, otherwise where any program would look for it. */
static int load_file(int root, const struct options *options, struct verdict *verdict,
                     struct config *ret)
{
        char path[PATH_MAX];

        if (!options->root && !realpath(options->file, path))
                return log_error_errno(errno, "%s: cannot be read: %m", options->file);
        return config_load_file(root, options->root ? options->file : path, report, verdict, ret);
}

static int load(int root, const struct options *options, struct verdict *verdict,
                struct config *ret)
{
        int r = options->file ? load_file(root, options, verdict, ret)
                              : config_load(root, report, verdict, ret);

        if (r == -E2BIG)
                return r; /* it was said */
        if (r < 0)
                return log_error_errno(r, "%s: cannot be read: %m",
                                       options->file ?: "the configuration");
        return 0;
}

static const char *plural(size_t n)
{
        return n == 1 ? "" : "s";
}

static void print_summary(const struct config *config, const struct options *options,
                          const struct verdict *verdict, FILE *out)
{
        if (!config->files || !config->files[0]) {
                fprintf(out, "no configuration below %s: nothing will be started\n",
                        options->root ?: "/");
                return;
        }

        for (char **file = config->files; *file; file++)
                fprintf(out, "read: %s\n", *file);
        verify_print_open_questions(config, options->machine != NULL, out);
        fprintf(out, "%zu domain%s, %u error%s, %u warning%s\n", config->n_domains,
                plural(config->n_domains), verdict->errors, plural(verdict->errors),
                verdict->warnings, plural(verdict->warnings));
}

int verb_verify(struct tool *tool, int argc, char **argv)
{
        _cleanup_config_ struct config config = { 0 };
        _cleanup_close_ int root = -1;
        struct verdict verdict = { 0 };
        struct options options;
        int r;

        r = parse_options(tool, argc, argv, &options);
        if (r < 0)
                return tool_usage(tool, argv[0]);
        root = open_root(tool, &options);
        if (root < 0)
                return root;

        r = load(root, &options, &verdict, &config);
        if (r >= 0 && options.machine)
                r = verify_machine(&config, options.machine, report, &verdict);
        if (r >= 0 && options.units)
                r = verify_print_units(root, &config, tool->out);
        if (r < 0)
                return r;

        if (!options.units)
                print_summary(&config, &options, &verdict, tool->out);
        return verdict.errors > 0 ? TOOL_FAILED : TOOL_OK;
}
