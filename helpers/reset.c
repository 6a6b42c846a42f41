/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-reset: removes all regions of a domain. Processes that hold one keep its memory until they
 * release it. */

#include <errno.h>
#include <stdlib.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/arguments.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/stop/regions-reset.h"

static const char *arg_domain;

static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "domain", argument_domain, &arg_domain },
                {},
        };

        if (arguments_parse(argc, argv, table) < 0 || !arg_domain)
                return log_error_errno(EINVAL, "Usage: %s --domain=NAME", argv[0]);
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
                r = lock = ledger_lock_domain(&machine, arg_domain, report_waiting, NULL);
        if (r < 0)
                return r;

        r = ledger_load_domain(&machine, arg_domain, &domain);
        if (r == -ENOENT)
                return log_error_errno(r, "domain %s: not up; start fd-shmem@%s.target first",
                                       arg_domain, arg_domain);
        return r < 0 ? r : regions_reset(&machine, domain.path, domain.mount);
}

int main(int argc, char **argv)
{
        if (parse_arguments(argc, argv) < 0)
                return EXIT_FAILURE;

        report_open(arg_domain);
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
