/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem cmdline: the same pages, taken by the kernel when it boots; or kept from pods by the kubelet. */

#include <getopt.h>
#include <inttypes.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/load.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/forecast/boot-pages.h"
#include "helpers/tool/forecast/kubelet.h"
#include "helpers/tool/forecast/line-formats.h"
#include "helpers/tool/forecast/machine-file.h"

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
static bool print_slot(FILE *out, const struct boot_pages *pages, unsigned slot, bool first)
{
        const char *separator = "";

        if (!boot_pages_any(pages, slot))
                return false;

        fputs(first ? "" : " ", out);
        print_size(out, machine_slot_size(pages->machine, slot).bytes);
        fputs(" hugepages=", out);
        for (size_t i = 0; i < pages->machine->n; i++) {
                if (pages->sums[slot][i] == 0)
                        continue;
                fprintf(out, "%s%u:%" PRIu64, separator, pages->machine->places[i].node,
                        pages->sums[slot][i]);
                separator = ",";
        }
        return true;
}

/* The arguments, with blanks between; an empty string: no pages are asked for. */
static int make_line(const struct boot_pages *pages, char **ret)
{
        unsigned order[POOL_SLOTS_MAX], n = pool_slots_order(&pages->machine->slots, order);
        bool any = false;
        size_t size;
        FILE *out = open_memstream(ret, &size);

        if (!out)
                return log_oom();
        for (unsigned at = 0; at < n; at++)
                any |= print_slot(out, pages, order[at], !any);
        return fclose(out) == 0 ? 0 : log_oom();
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

/* The total of what --reserved-memory= keeps from pods must be what --system-reserved= says, and huge pages
 * are refused there before KEP-6252: such a kubelet does not start. */
static int tell_system_reserved(const struct boot_pages *pages)
{
        _cleanup_free_ char *sums = NULL;
        size_t size;
        FILE *out = open_memstream(&sums, &size);

        if (!out)
                return log_oom();
        kubelet_print_sums(out, pages);
        if (fclose(out) != 0)
                return log_oom();
        log_notice(
                "The kubelet starts with this only if --system-reserved= has %s as well, which needs "
                "its feature gate SystemReservedHugepages (KEP-6252, planned for Kubernetes 1.38)",
                sums);
        return 0;
}

/* Domains that it requires are there for pods. */
#define KUBELET "kubelet.service"

struct options {
        const char *machine;
        const char *root;
        const char *format;
        bool kubelet;
};

static int parse_options(struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){ .format = "plain" };
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_MACHINE)
                        ret->machine = optarg;
                else if (c == OPTION_ROOT)
                        ret->root = optarg;
                else if (c == OPTION_FORMAT && line_format_exists(optarg))
                        ret->format = optarg;
                else if (c == OPTION_KUBELET)
                        ret->kubelet = true;
                else
                        return tool_usage(tool, argv[0]);
        return TOOL_OK;
}

static int print_kernel_line(struct tool *tool, const struct options *options,
                             const struct config *config, const struct boot_pages *pages)
{
        _cleanup_free_ char *line = NULL;
        int r = make_line(pages, &line);

        if (r < 0)
                return r;
        if (line[0] == '\0') {
                log_notice("No boot domain asks for pages: nothing to put on the command line");
                return 0;
        }
        warn_of_old_kernel(pages->machine);
        warn_of_policies(config);
        return line_format_print(tool->out, options->format, line);
}

static int print_kubelet_line(struct tool *tool, const struct boot_pages *pages)
{
        if (kubelet_print_reserved(tool->out, pages))
                return tell_system_reserved(pages);
        log_notice("No boot domain asks for pages: nothing to keep from pods");
        return 0;
}

int verb_cmdline(struct tool *tool, int argc, char **argv)
{
        _cleanup_places_ struct machine_places machine = {};
        _cleanup_boot_pages_ struct boot_pages pages = {};
        _cleanup_config_ struct config config = {};
        _cleanup_image_ struct tool image = TOOL_NULL;
        struct options options;
        bool errors;
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
        if (r >= 0)
                r = boot_pages_add_up(&config, &machine, options.kubelet ? KUBELET : NULL, &pages);
        if (r >= 0)
                r = options.kubelet ? print_kubelet_line(tool, &pages)
                                    : print_kernel_line(tool, &options, &config, &pages);
        if (r < 0)
                return r;
        return errors ? TOOL_FAILED : TOOL_OK;
}
