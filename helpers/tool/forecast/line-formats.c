/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/line-formats.h"

#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"

/* What stands around the line. The arguments are separate where a list is wanted: an order that is kept, because
 * each hugepages= is for the hugepagesz= before it. */
struct line_format {
        const char *name;
        const char *before;
        const char *before_each, *after_each; /* NULL: the line as it is */
        const char *between;
        const char *after;
};

static const struct line_format formats[] = {
        { "plain", .before = "", .after = "\n" },

        /* A file in /etc/default/grub.d, which grub-mkconfig sources. */
        { "grub", .before = "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX ", .after = "\"\n" },

        /* A file in /usr/lib/bootc/kargs.d (bootc, "Kernel arguments"). */
        { "bootc", .before = "kargs = [", .before_each = "\"", .after_each = "\"", .between = ", ",
          .after = "]\n" },

        /* A patch of Talos' machine configuration (v1alpha1, MachineConfig, install). */
        { "talos", .before = "machine:\n  install:\n    extraKernelArgs:\n",
          .before_each = "      - ", .after_each = "\n", .between = "", .after = "" },

        /* For OpenShift's machine config operator; its role is the pool that gets it. */
        { "machineconfig",
          .before = "apiVersion: machineconfiguration.openshift.io/v1\n"
                    "kind: MachineConfig\n"
                    "metadata:\n"
                    "  name: 50-fd-shmem\n"
                    "  labels:\n"
                    "    machineconfiguration.openshift.io/role: worker\n"
                    "spec:\n"
                    "  kernelArguments:\n",
          .before_each = "    - ", .after_each = "\n", .between = "", .after = "" },
};

static const struct line_format *find(const char *name)
{
        for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
                if (strcmp(formats[i].name, name) == 0)
                        return formats + i;
        return NULL;
}

bool line_format_exists(const char *name)
{
        return find(name) != NULL;
}

static int print_arguments(FILE *out, const struct line_format *format, const char *line)
{
        _cleanup_free_ char *copy = strdup(line);
        const char *between = "";
        char *rest = copy, *argument;

        if (!copy)
                return log_oom();
        while ((argument = strsep(&rest, " "))) {
                fprintf(out, "%s%s%s%s", between, format->before_each, argument,
                        format->after_each);
                between = format->between;
        }
        return 0;
}

int line_format_print(FILE *out, const char *name, const char *line)
{
        const struct line_format *format = find(name);
        int r = 0;

        fputs(format->before, out);
        if (format->before_each)
                r = print_arguments(out, format, line);
        else
                fputs(line, out);
        fputs(format->after, out);
        return r;
}
