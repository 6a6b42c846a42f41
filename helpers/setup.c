/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-setup: hands the mounts, and last the base directory, to the domain's owner. Until the user
 * owns the base directory, only root can reach the mounts; the owner gets it only after every mount has
 * been checked. Of a domain without mounts it reads back the pages. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/arguments.h"
#include "helpers/modules/base/handover.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/base/owner.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/drift/drift-handover.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/reserve/read-back.h"

static const char *arg_domain;
static const char *arg_path;
static const char *arg_user = "0";
static const char *arg_group;
static mode_t arg_mode = 0700;
static bool arg_mounts[N_PAGE_TYPES];
static bool arg_no_mounts;
static bool arg_give_back; /* the mode that the directory had before us, at the end of a teardown */

static int parse_mode(const char *value, void *ret)
{
        return mode_parse(value, ret);
}

static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "domain", argument_domain, &arg_domain },    { "path", argument_path, &arg_path },
                { "mounts", argument_page_types, arg_mounts }, { "user", argument_text, &arg_user },
                { "group", argument_text, &arg_group },        { "mode", parse_mode, &arg_mode },
                { "give-back", NULL, &arg_give_back },         { "no-mounts", NULL, &arg_no_mounts },
                {},
        };

        if (arguments_parse(argc, argv, table) < 0 || !arg_domain ||
            !!arg_path + arg_no_mounts + arg_give_back != 1)
                return log_error_errno(EINVAL,
                                       "Usage: %s --domain=NAME --path=PATH --mounts=TYPE,... "
                                       "[--user=USER] [--group=GROUP] [--mode=MODE]\n"
                                       "       %s --domain=NAME --no-mounts|--give-back",
                                       argv[0], argv[0]);
        return 0;
}

/* Pages that are not reserved need not exist: their mount was left out (see its unit's condition). */
static void leave_out_unknown_sizes(const struct machine *machine,
                                    const struct ledger_domain *record)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                struct page_size size = ledger_domain_page_size(record, type);
                uint64_t promised;

                if (!arg_mounts[type] || !page_type_has_pool(type) ||
                    pool_reserved(machine->sysfs, size, &promised) != -ENOENT)
                        continue;
                arg_mounts[type] = false;
                log_notice("%s/%s: not mounted: this machine has no %s pages; set \"%s=no\" for "
                           "domain %s if none are wanted",
                           arg_path, page_type_directory(type), page_size_name(size),
                           page_type_key(type), arg_domain);
        }
}

/* The mounts are entered in the ledger while only root has access. */
static int record_mounts(const struct machine *machine, struct ledger_domain *record)
{
        _cleanup_close_ int lock = -1;
        int r;

        lock = ledger_lock_domain(machine, arg_domain, NULL, NULL);
        if (lock < 0)
                return lock;
        r = ledger_load_domain(machine, arg_domain, record);
        if (r == -ENOENT || (r >= 0 && (!record->path || strcmp(record->path, arg_path) != 0)))
                return log_error_errno(ENOENT,
                                       "%s: was not prepared for domain %s; restart "
                                       "fd-shmem@%s.target",
                                       arg_path, arg_domain, arg_domain);
        if (r >= 0) {
                leave_out_unknown_sizes(machine, record);
                r = mount_identity_record(record, arg_mounts);
        }
        return r > 0 ? ledger_store_domain(machine, record) : r;
}

static int run_without_mounts(const struct machine *machine)
{
        static const bool no_mounts[N_PAGE_TYPES];
        int r = reservations_read_back(machine, arg_domain);

        if (r < 0)
                return r;
        r = drift_handover_complete(machine, arg_domain, NULL, no_mounts, &(struct owner){}, 0);
        if (r < 0)
                return r;

        outcome_forget(machine, arg_domain);
        report_status("All pages are there");
        return 0;
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct owner owner;
        int r;

        r = machine_open("", &machine);
        if (r < 0)
                return r;
        if (arg_no_mounts)
                return run_without_mounts(&machine);
        r = owner_resolve(arg_user, arg_group, &owner);
        if (r >= 0)
                r = record_mounts(&machine, &record);
        if (r >= 0)
                r = handover_run(&record, arg_mounts, &owner, arg_mode);
        if (r < 0)
                return r;

        r = drift_handover_complete(&machine, arg_domain, arg_path, arg_mounts, &owner, arg_mode);
        if (r < 0)
                return r;

        outcome_forget(&machine, arg_domain);
        report_status("%s: owner %s, mode %04o", arg_path, arg_user, (unsigned) arg_mode);
        return 0;
}

/* The teardown that waits for us has the domain's lock, and keeps the record until we are done. */
static int give_back(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        r = machine_open("", &machine);
        if (r >= 0)
                r = ledger_load_domain(&machine, arg_domain, &record);
        if (r == -ENOENT)
                return 0;
        return r < 0 ? r : removal_restore_mode(&record);
}

int main(int argc, char **argv)
{
        if (parse_arguments(argc, argv) < 0)
                return EXIT_FAILURE;

        report_open(arg_domain);
        if (arg_give_back)
                return give_back() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        outcome_watch();
        return outcome_failure(arg_domain, run()) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
