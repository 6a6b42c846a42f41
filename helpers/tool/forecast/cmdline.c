/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem cmdline: the same pages, taken by the kernel when it boots. */

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "conf/load.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/forecast/machine-file.h"

/* The pages of one type that all boot domains ask for, by node as in the machine's places. */
static int sum_type(const struct config *config, const struct machine_places *machine,
                    enum page_type type, uint64_t *sums)
{
        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = config->domains + i;
                _cleanup_allocation_ struct allocation plan = {};
                int r;

                if (!domain->boot || domain->error || domain->request[type].scope < REQUEST_NODES)
                        continue;
                if (!machine->supported[type])
                        return log_error_errno(EOPNOTSUPP, "domain %s: the machine has no %s pages",
                                               domain->name, page_type_name(type));
                r = allocation_resolve_on(machine->places, machine->n, page_size_default(type),
                                          &domain->request[type], &plan);
                if (r < 0)
                        return r;
                for (size_t n = 0; n < plan.n_nodes; n++)
                        for (size_t p = 0; p < machine->n; p++)
                                if (machine->places[p].node == plan.nodes[n].line.node)
                                        sums[p] += plan.nodes[n].line.asked;
        }
        return 0;
}

/* "2M", "1G": as short as the kernel takes it (lib/cmdline.c: memparse). */
static void print_size(FILE *out, uint64_t size)
{
        static const char suffixes[] = "KMGT";
        size_t i = 0;

        size /= 1024;
        for (; size % 1024 == 0 && suffixes[i + 1]; size /= 1024)
                i++;
        fprintf(out, "hugepagesz=%" PRIu64 "%c", size, suffixes[i]);
}

/* Documentation/admin-guide/kernel-parameters.txt, "hugepages=": applies to the hugepagesz= before it.
 * Returns whether anything was printed. */
static bool print_type(FILE *out, const struct machine_places *machine, enum page_type type,
                       const uint64_t *sums, bool first)
{
        const char *separator = "";
        bool any = false;

        for (size_t i = 0; i < machine->n; i++)
                any |= sums[i] > 0;
        if (!any)
                return false;

        fputs(first ? "" : " ", out);
        print_size(out, page_type_size(type));
        fputs(" hugepages=", out);
        for (size_t i = 0; i < machine->n; i++) {
                if (sums[i] == 0)
                        continue;
                fprintf(out, "%s%u:%" PRIu64, separator, machine->places[i].node, sums[i]);
                separator = ",";
        }
        return true;
}

static int print_line(const struct config *config, const struct machine_places *machine, FILE *out,
                      bool *ret_any)
{
        bool any = false;

        for (enum page_type type = N_PAGE_TYPES; type-- > 0;) {
                _cleanup_free_ uint64_t *sums = calloc(machine->n ?: 1, sizeof(*sums));
                int r;

                if (!sums)
                        return log_oom();
                if (!page_type_has_pool(type))
                        continue;
                r = sum_type(config, machine, type, sums);
                if (r < 0)
                        return r;
                any |= print_type(out, machine, type, sums, !any);
        }
        *ret_any = any;
        return 0;
}

/* Counts per node came with Linux 5.16 (commit b5389086ad7b, "hugetlbfs: extend the definition of
 * hugepages parameter to support node allocation"). */
static void warn_of_old_kernel(const struct machine_places *machine)
{
        unsigned major, minor;

        if (!machine->kernel || sscanf(machine->kernel, "%u.%u", &major, &minor) != 2 ||
            major > 5 || (major == 5 && minor >= 16))
                return;
        log_warning("Linux %s does not know counts per node (5.16 does): it would take the first "
                    "number, and spread it over all nodes",
                    machine->kernel);
}

static void warn_of_policies(const struct config *config)
{
        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = config->domains + i;

                if (domain->boot && !domain->error && domain->policy.existing == EXISTING_ADD)
                        log_warning("domain %s: with ExistingPages=add its pages would be added on "
                                    "top of these; use ExistingPages=adopt",
                                    domain->name);
        }
}

struct options {
        const char *machine;
        const char *root;
};

static int parse_options(struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){};
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_MACHINE)
                        ret->machine = optarg;
                else if (c == OPTION_ROOT)
                        ret->root = optarg;
                else
                        return tool_usage(tool, argv[0]);
        return TOOL_OK;
}

int verb_cmdline(struct tool *tool, int argc, char **argv)
{
        _cleanup_places_ struct machine_places machine = {};
        _cleanup_config_ struct config config = {};
        _cleanup_image_ struct tool image = TOOL_NULL;
        struct options options;
        bool errors, any = false;
        int r = parse_options(tool, argc, argv, &options);

        if (r != TOOL_OK)
                return r;
        r = configuration_open(tool, options.root, &image);
        if (r >= 0)
                r = configuration_load(&image, &config, &errors);
        if (r < 0)
                return r;
        r = options.machine ? machine_places_read(options.machine, &machine)
                            : machine_places_probe(&tool->machine, &machine);
        if (r < 0)
                return r;

        r = print_line(&config, &machine, tool->out, &any);
        if (r < 0)
                return r;
        if (any) {
                fputc('\n', tool->out);
                warn_of_old_kernel(&machine);
                warn_of_policies(&config);
        } else {
                log_notice("No boot domain asks for pages: nothing to put on the command line");
        }
        return errors ? TOOL_FAILED : TOOL_OK;
}
