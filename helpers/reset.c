/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-reset: removes all regions of a domain. Processes that hold one keep its memory until
 * they let go. */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "basic/arguments.h"
#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/stop/regions-reset.h"

static const char *arg_domain;

static int parse_arguments(int argc, char **argv)
{
        static const struct option options[] = {
                { "domain", required_argument, NULL, 'd' },
                {},
        };
        int c, r = 0;

        while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
                if (c == 'd')
                        arg_domain = optarg;
                else
                        r = -EINVAL;
        if (r < 0 || optind != argc || !arg_domain || !domain_name_is_safe(arg_domain))
                return log_error_errno(EINVAL, "Usage: %s --domain=NAME", argv[0]);
        return 0;
}

static int still_alive(const struct ledger_wait *wait, void *userdata)
{
        report_status("Waiting for %s", wait->holder);
        if (wait->progress)
                report_extend_timeout(90 * UINT64_C(1000000));
        return 0;
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_ledger_domain_ struct ledger_domain domain = {};
        _cleanup_close_ int lock = -1;
        int r;

        r = machine_open("", &machine);
        if (r >= 0)
                r = lock = ledger_lock_domain(&machine, arg_domain, still_alive, NULL);
        if (r < 0)
                return r;

        r = ledger_load_domain(&machine, arg_domain, &domain);
        if (r == -ENOENT)
                return log_error_errno(r, "Domain %s is not up: start fd-shmem@%s.target first",
                                       arg_domain, arg_domain);
        return r < 0 ? r : regions_reset(&machine, domain.path, domain.mount);
}

int main(int argc, char **argv)
{
        int r;

        r = parse_arguments(argc, argv);
        if (r < 0)
                return EXIT_FAILURE;

        report_open(arg_domain);
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
