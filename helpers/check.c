/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-check: fails if a domain that fd-shmem.target, or another --target, wants is not up, and logs which, and finally
 * why. It also warns of other problems with a start of the target: everything is disabled, or the files
 * have changed since systemd read them. After a soft reboot into another root it first restarts the
 * domains whose mounts were lost with the old one. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "conf/switch-reason.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/reload.h"
#include "helpers/modules/manager/renewal.h"
#include "helpers/modules/manager/report.h"

/* While waiting, we notify systemd at least this often that we are alive. */
#define ALIVE_USEC   (30 * UINT64_C(1000000))
#define RECHECK_USEC UINT64_C(1000000)

static const char *arg_error;
static const char *arg_target = UNIT_TARGET;
static struct argument_list arg_read; /* the files that the generator has read */

static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "read", argument_add, &arg_read },
                { "target", argument_text, &arg_target },
                { "error", argument_text, &arg_error },
                {},
        };

        if (arguments_parse(argc, argv, table) < 0)
                return log_error_errno(EINVAL,
                                       "Usage: %s [--target=UNIT] [--read=PATH]... "
                                       "[--error=MESSAGE]",
                                       argv[0]);
        return 0;
}

/* Whether the domain is on its way: a start that overtook a stop is followed by a restart. */
static bool is_moving(sd_bus *bus, const char *target, const char *domain)
{
        _cleanup_free_ char *teardown = NULL, *state = NULL, *job = NULL;

        if (manager_job_type(bus, target, &job) >= 0)
                return true;
        teardown = domain_unit_name(DOMAIN_TEARDOWN, domain);
        return teardown && manager_unit_string(bus, teardown, "ActiveState", &state) >= 0 &&
               strcmp(state, "deactivating") == 0;
}

/* A domain that is not for this machine is none that failed; systemd has logged it. */
static bool is_unmet(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *reason = NULL;

        if (conditions_unmet(bus, domain, &reason) <= UNMET_NONE)
                return false;
        log_debug("domain %s: not started: %s", domain, reason);
        return true;
}

static int check_domain(sd_bus *bus, const char *target, const char *domain)
{
        _cleanup_free_ char *state = NULL;
        int r = 0;

        while (r >= 0 && is_moving(bus, target, domain)) {
                report_status("Waiting for %s", target);
                report_extend_timeout(ALIVE_USEC);
                r = manager_wait_for_change(bus, RECHECK_USEC);
        }
        if (r >= 0)
                r = manager_unit_string(bus, target, "ActiveState", &state);
        if (r == -ENOENT)
                return log_error_errno(EHOSTDOWN, "%s is not up", target);
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd about %s: %m", target);
        if (strcmp(state, "active") != 0 && !is_unmet(bus, domain))
                return log_error_errno(EHOSTDOWN, "%s is not up (%s); see \"systemctl status %s\"",
                                       target, state, target);
        return 0;
}

/* The programs that failed have logged the reason, further up in the journal. */
static void repeat_failure(const struct machine *machine, const char *domain)
{
        _cleanup_free_ char *text = NULL;
        char *rest, *line;

        if (ledger_load_failure(machine->state, domain, &text) < 0)
                return;
        rest = text;
        while ((line = strsep(&rest, "\n")))
                if (*line)
                        log_error("domain %s: %s", domain, line);
        report_status("domain %s: %s", domain, text);
}

/* All are checked before the first reason is logged: the reasons are the last lines. */
static int check_domains(sd_bus *bus, const struct machine *machine, char **wanted)
{
        _cleanup_strings_ char **failed = NULL;
        size_t n = 0;

        for (char **unit = wanted; unit && *unit; unit++)
                n++;
        failed = calloc(n + 1, sizeof(*failed));
        if (!failed)
                return log_oom();

        n = 0;
        for (char **unit = wanted; unit && *unit; unit++) {
                _cleanup_free_ char *domain = domain_unit_instance(DOMAIN_TARGET, *unit);

                if (domain && check_domain(bus, *unit, domain) < 0)
                        failed[n++] = TAKE_PTR(domain);
        }
        for (size_t i = 0; i < n; i++) {
                outcome_explain_mounts(bus, machine, failed[i]);
                repeat_failure(machine, failed[i]);
        }
        return n > 0 ? -EHOSTDOWN : 0;
}

/* Conditions for all domains, determined when systemd was reloaded or booted. */
static int check_configuration(int root_fd)
{
        _cleanup_free_ char *change = NULL;
        const char *off = switch_reason(root_fd, switch_in_container(root_fd));

        if (off)
                return log_error_errno(EPERM, "Shared memory is switched off: %s", off);
        if (arg_error)
                return log_error_errno(E2BIG, "%s", arg_error);
        if (reload_compare(root_fd, arg_read.strings, arg_read.n, &change) > 0) {
                log_warning("%s since the last \"systemctl daemon-reload\": what was declared then "
                            "is in force",
                            change);
                report_status("%s since the last daemon-reload", change);
        }
        return 0;
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_strings_ char **wanted = NULL;
        _cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r;

        r = check_configuration(root_fd);
        if (r < 0)
                return r;
        r = machine_open("", &machine);
        if (r < 0)
                return r;
        r = manager_connect(&bus);
        if (r >= 0)
                r = manager_unit_list(bus, arg_target, "Wants", &wanted);
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd about %s: %m", arg_target);

        renewal_run(bus, &machine, arg_target);
        return check_domains(bus, &machine, wanted);
}

int main(int argc, char **argv)
{
        int r = parse_arguments(argc, argv);

        report_open_unit(arg_target);
        if (r >= 0)
                r = run();
        string_list_free(arg_read.strings);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
