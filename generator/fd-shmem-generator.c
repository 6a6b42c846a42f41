/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-generator: turns the configuration into units, at boot and at every daemon-reload. It
 * reads the configuration, /etc/fstab and the kernel command line, writes units, and touches
 * nothing else; other generators run in parallel. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/load.h"
#include "conf/switch-reason.h"
#include "generator/fstab.h"
#include "generator/log-kmsg.h"
#include "generator/machine-units.h"
#include "generator/text/output.h"
#include "generator/unit-set.h"

static const char *arg_root = "/";
static const char *arg_normal_dir;

static int parse_argv(int argc, char **argv)
{
        static const struct option options[] = {
                { "root", required_argument, NULL, 'r' },
                {},
        };
        int c;

        while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
                if (c != 'r')
                        return -EINVAL;
                arg_root = optarg;
        }

        if (argc - optind != 1 && argc - optind != 3)
                return log_error_errno(EINVAL, "Usage: fd-shmem-generator [--root=DIR] NORMAL-DIR "
                                               "[EARLY-DIR LATE-DIR]");
        arg_normal_dir = argv[optind];
        return 0;
}

/* SYSTEMD_IN_INITRD and SYSTEMD_VIRTUALIZATION are set for generators (systemd.generator(7)). */
static bool in_initrd(void)
{
        const char *value = getenv("SYSTEMD_IN_INITRD");

        return value && strcmp(value, "1") == 0;
}

static bool in_container(void)
{
        const char *value = getenv("SYSTEMD_VIRTUALIZATION");

        return value && strncmp(value, "container:", strlen("container:")) == 0;
}

static void report(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        if (!file)
                log_full(level, 0, "%s", message);
        else if (line == 0)
                log_full(level, 0, "%s: %s", file, message);
        else
                log_full(level, 0, "%s:%u: %s", file, line, message);
}

static int generate_domains(int root_fd, const struct output *output, const struct config *config)
{
        _cleanup_fstab_ struct fstab fstab = {};
        int r;

        r = config->n_domains > 0 ? fstab_load(root_fd, &fstab) : 0;
        if (r < 0)
                return r;

        return unit_set_write(output, config, &fstab);
}

static int generate(int root_fd)
{
        _cleanup_config_ struct config config = {};
        _cleanup_output_ struct output output = { .fd = -1 };
        bool too_many;
        int r;

        r = config_load(root_fd, report, NULL, &config);
        too_many = r == -E2BIG;
        if (r < 0 && !too_many)
                return log_error_errno(r, "Cannot read the configuration: %m");
        if (!config.files || !config.files[0])
                return 0;

        r = output_open(arg_normal_dir, &output);
        if (r < 0)
                return r;

        if (!too_many)
                return generate_domains(root_fd, &output, &config);

        /* only the units that make fd-shmem.target fail and say why */
        r = machine_write_check(&output, &config, PHASE_BOOT, CONFIG_TOO_MANY);
        return r < 0 ? r : machine_link_target(&output, PHASE_BOOT);
}

int main(int argc, char **argv)
{
        _cleanup_close_ int root_fd = -1;

        log_kmsg_setup("fd-shmem-generator");

        if (parse_argv(argc, argv) < 0)
                return EXIT_FAILURE;

        root_fd = open(arg_root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0) {
                log_error_errno(errno, "Cannot open the root directory %s: %m", arg_root);
                return EXIT_FAILURE;
        }

        if (in_initrd() || switch_reason(root_fd, in_container()))
                return EXIT_SUCCESS;

        return generate(root_fd) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
