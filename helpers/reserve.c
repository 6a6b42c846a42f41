/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reserves the pages of one type for one domain, for fd-shmem-reserve@DOMAIN:TYPE.service. */

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/page-request.h"
#include "conf/keys/keys.h"
#include "conf/keys/model.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/status-line.h"
#include "helpers/modules/reserve/near-wait.h"
#include "helpers/modules/reserve/reservation.h"
#include "helpers/modules/reserve/stale.h"

/* How far the timeout is extended, repeatedly, while waiting for another reservation. */
#define PATIENCE_USEC (UINT64_C(120) * 1000 * 1000)

static struct reservation_request arg_request;

/* The keys whose values are options are set here, in their places. */
static struct domain arg_domain;
static struct config arg_config;

static bool arg_repair;

static volatile sig_atomic_t terminated;

static void on_termination(int signal)
{
        terminated = 1;
}

/* No SA_RESTART: a write to a pool ends at the next page and is read back (mm/hugetlb.c looks for
 * pending signals between pages). */
static void catch_termination(void)
{
        struct sigaction action = { .sa_handler = on_termination };

        (void) sigaction(SIGTERM, &action, NULL);
        (void) sigaction(SIGINT, &action, NULL);
}

/* Called by lengthy functions between their steps. */
struct watch {
        const struct machine *machine;
        struct progress progress;
};

static int check_cancelled(const struct machine *machine)
{
        if (terminated)
                return log_error_errno(ECANCELED, "Interrupted while %s pages were being reserved",
                                       page_size_name(arg_request.size));
        if (ledger_is_leftover(machine->state, arg_request.domain))
                return log_error_errno(ECANCELED,
                                       "%s is being torn down: no %s pages are reserved for it",
                                       arg_request.domain, page_size_name(arg_request.size));
        return 0;
}

static int on_progress(const struct grow_progress *progress, void *userdata)
{
        struct watch *watch = userdata;

        progress_pages(&watch->progress, progress->node, progress->persistent, progress->target);
        if (progress->activity)
                progress_activity(&watch->progress, progress->node, progress->activity);
        return check_cancelled(watch->machine);
}

static int on_waiting(const struct ledger_wait *wait, void *userdata)
{
        const struct machine *machine = userdata;

        if (wait->progress)
                report_extend_timeout(PATIENCE_USEC);
        report_status("Waiting for %s, which changes the pools of %s pages", wait->holder,
                      page_size_name(arg_request.size));
        return check_cancelled(machine);
}

static int on_absence(const struct device_spec *spec, void *userdata)
{
        report_status("Waiting for %s, near which %s pages are reserved", spec->text,
                      page_type_name(arg_request.type));
        return check_cancelled(userdata);
}

static int parse_type(const char *value)
{
        int type = page_type_from_name(value);

        if (type < 0 || !page_type_has_pool(type))
                return log_error_errno(EINVAL, "--type=%s: expected %s", value,
                                       page_type_pool_names());

        arg_request.type = type;
        return 0;
}

/* The value of the I-th key that is an option; without TEXT its default. */
static int set_key(size_t i, const char *text)
{
        _cleanup_free_ char *reason = NULL;
        enum section_kind kind;
        const struct key *key = keys_option(i, &kind);
        void *object = kind == SECTION_GLOBAL ? (void *) &arg_config : &arg_domain;
        int r;

        if (!text)
                return key_reset(key, object);
        r = key_set(key, object, text, &reason);
        if (r < 0)
                return log_error_errno(r, "--%s=%s: %s", key->option, text, reason ?: strerror(-r));
        return 0;
}

/* Last of all: the page size must be known. */
static int parse_pages(const char *value)
{
        _cleanup_free_ char *reason = NULL;
        int r;

        r = page_request_parse(value, arg_request.size.bytes, &arg_request.pages, &reason);
        if (r < 0)
                return log_error_errno(r, "--pages=%s: %s", value, reason ?: strerror(-r));

        return 0;
}

/* Run by a unit that the generator has not extended; INSTANCE is "DOMAIN:TYPE". This is not a failure: no
 * unit requires such a unit, and a restart of all runs it for reservations that are no longer declared. */
static int end_undeclared(const char *instance)
{
        const char *colon = strrchr(instance, ':');

        report_open(NULL);
        log_notice("No %s pages are declared for domain %.*s in fd-shmem.conf, reserving none; run "
                   "\"systemctl "
                   "daemon-reload\" after an edit",
                   colon ? colon + 1 : "such", colon ? (int) (colon - instance) : 0, instance);
        exit(EXIT_SUCCESS);
}

enum {
        OPTION_DOMAIN = 256,
        OPTION_TYPE,
        OPTION_PAGES,
        OPTION_UNDECLARED,
        OPTION_REPAIR,
        OPTION_KEY, /* and those after it: the options of keys */
};

static const struct option own_options[] = {
        { "domain", required_argument, NULL, OPTION_DOMAIN },
        { "type", required_argument, NULL, OPTION_TYPE },
        { "pages", required_argument, NULL, OPTION_PAGES },
        { "undeclared", required_argument, NULL, OPTION_UNDECLARED },
        { "repair", no_argument, NULL, OPTION_REPAIR },
};

#define OPTIONS_MAX (ELEMENTSOF(own_options) + N_SECTION_KINDS * KEYS_MAX + 1)

/* Lists all options, and sets the keys' defaults. */
static int list_options(struct option ret[OPTIONS_MAX])
{
        enum section_kind kind;
        const struct key *key;
        int r = 0;

        memcpy(ret, own_options, sizeof(own_options));
        ret += ELEMENTSOF(own_options);
        for (size_t i = 0; r >= 0 && (key = keys_option(i, &kind)); i++) {
                *ret++ = (struct option){ key->option, required_argument, NULL,
                                          OPTION_KEY + (int) i };
                r = set_key(i, NULL);
        }
        *ret = (struct option){};
        return r < 0 ? log_oom() : 0;
}

static int parse_option(int option, const char **pages)
{
        switch (option) {
        case OPTION_DOMAIN:
                arg_request.domain = optarg;
                return 0;
        case OPTION_TYPE:
                return parse_type(optarg);
        case OPTION_PAGES:
                *pages = optarg;
                return 0;
        case OPTION_REPAIR:
                arg_repair = true;
                return 0;
        case OPTION_UNDECLARED:
                return end_undeclared(optarg);
        default:
                /* getopt_long(3) has printed the error */
                return option < OPTION_KEY ? -EINVAL
                                           : set_key((size_t) (option - OPTION_KEY), optarg);
        }
}

static int parse_arguments(int argc, char **argv)
{
        struct option options[OPTIONS_MAX];
        const char *pages = NULL;
        int option, r;

        r = list_options(options);
        if (r < 0)
                return r;
        while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
                r = parse_option(option, &pages);
                if (r < 0)
                        return r;
        }

        if (optind < argc || !arg_request.domain || arg_request.type == PAGE_NORMAL ||
            !pages == !arg_repair)
                return log_error_errno(EINVAL,
                                       "Usage: reserve --domain=NAME --type=huge|gigantic "
                                       "--pages=NODE:AMOUNT[,...]|--repair [--KEY=VALUE]...");
        arg_request.size = domain_page_size(&arg_domain, arg_request.type);
        arg_request.policy = arg_domain.policy;
        arg_request.machine_policy = arg_config.policy;
        return pages ? parse_pages(pages) : 0;
}

/* The pages requested when the domain was reserved, whatever the current configuration; we hold the lock.
 * 0: it has no pages, so there is nothing to be repaired. */
static int request_recorded(const struct machine *machine)
{
        _cleanup_reservation_ struct ledger_reservation record = {};
        _cleanup_free_ char *pages = NULL;
        _cleanup_fclose_ FILE *f = NULL;
        size_t size;
        int r;

        r = ledger_load_reservation(machine, arg_request.domain, arg_request.type, &record);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        arg_request.policy.release = record.release;

        f = open_memstream(&pages, &size);
        if (!f)
                return log_oom();
        for (size_t i = 0; i < record.n_nodes; i++)
                if (record.nodes[i].asked > 0)
                        fprintf(f, "%s%u:%" PRIu64, ftell(f) > 0 ? "," : "", record.nodes[i].node,
                                record.nodes[i].asked);
        if (fclose(TAKE_PTR(f)) != 0)
                return log_oom();
        if (!*pages)
                return 0;
        r = parse_pages(pages);
        return r < 0 ? r : 1;
}

static int run(int argc, char **argv)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        struct watch watch = { .machine = &machine };
        _cleanup_close_ int lock = -1;
        int r;

        r = parse_arguments(argc, argv);
        if (r < 0)
                return r;
        report_open(arg_request.domain);
        catch_termination();
        r = machine_open("", &machine);
        if (r < 0)
                return r;

        if (arg_repair)
                arg_request.size = ledger_reservation_size(machine.state, arg_request.domain,
                                                           arg_request.type);
        else
                r = stale_release(&machine, &arg_request, on_waiting, &machine);
        if (r >= 0 && page_request_is_near(&arg_request.pages))
                r = near_wait(&machine, &arg_request.policy.devices, on_absence, &machine);
        if (r < 0)
                return r;
        lock = ledger_lock(&machine, page_size_name(arg_request.size), on_waiting, &machine);
        if (lock < 0)
                return lock;
        r = check_cancelled(&machine);
        if (r >= 0 && arg_repair) {
                r = request_recorded(&machine);
                if (r == 0)
                        return 0;
        }
        if (r < 0)
                return r;

        watch.progress.size = arg_request.size;
        arg_request.watch = (struct grow_watch){ on_progress, &watch };
        r = reservation_make(&machine, &arg_request);
        if (r >= 0)
                status_reservation(&machine, arg_request.domain, arg_request.type);
        return r;
}

int main(int argc, char **argv)
{
        int r;

        outcome_watch();
        r = outcome_failure(arg_request.domain, run(argc, argv));
        page_request_done(&arg_request.pages);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
