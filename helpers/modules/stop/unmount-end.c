/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether the file systems that were unmounted have ended. */

#include <errno.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/holders/kept-namespaces.h"
#include "helpers/modules/mounts/mount-end.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/stop/holder-report.h"
#include "helpers/modules/stop/unmount.h"

/* How long a file system may take to end after its last mount: normally immediately, unless other CPUs
 * are still using it. */
#define END_MSEC 500

struct check {
        struct holder_report holders;
        const struct ledger_domain *domain;
};

/* No process was found that keeps the file system at PATH alive. */
static int explain_unseen(struct check *check, const char *path)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_free_ char *kept = NULL;
        int r;

        r = mount_table_load(check->holders.machine, &table);
        if (r < 0)
                return r;
        r = kept_namespaces_list(check->holders.machine->procfs, table, &kept);
        if (r >= 0)
                return blockers_add(
                        check->holders.blockers,
                        "%s: is not mounted here any more, but still exists, and no process shows "
                        "where; it "
                        "may be mounted in a namespace that is kept "
                        "without a process (unmount what is not needed): %s",
                        path, kept);
        if (r != -ENOENT)
                return r;
        return blockers_add(
                check->holders.blockers,
                "%s: is not mounted here any more, but still exists, and no process shows where (a "
                "namespace that is kept without a process, a descriptor on "
                "its way between processes?)",
                path);
}

/* The device number is still that of the file system, which has not ended. */
static int explain_survival(struct check *check, const struct unmounted_mount *end,
                            enum page_type type)
{
        const struct holder_target target = {
                .path = end->path ?: "?",
                .access = end->access,
                .search = { .device = end->device, .type = type },
        };
        int r = holder_report_find(&check->holders, &target, 1, HOLDER_ANY, false);

        if (r == 0)
                r = explain_unseen(check, target.path);
        return r < 0 ? r : -EBUSY;
}

/* A mount that was not there to be unmounted: it may be in somebody's namespace, as the one that is
 * recorded. */
static int look_for_vanished(struct check *check, enum page_type type)
{
        _cleanup_free_ char *path = NULL;
        struct holder_target target = {
                .search = { .identity = check->domain->mount_id[type], .type = type },
        };

        if (asprintf(&path, "%s/%s", check->domain->path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        target.path = path;
        return holder_report_find(&check->holders, &target, 1, HOLDER_NAMESPACE, true);
}

int unmount_check_ends(const struct machine *machine, const struct ledger_domain *domain,
                       const struct unmounted *ends, struct blockers *blockers)
{
        struct check check = {
                .holders = { .machine = machine, .blockers = blockers, .budget = HOLDER_BUDGET },
                .domain = domain,
        };
        int result = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                const struct unmounted_mount *end = &ends->mounts[type];
                int r = 0;

                if (end->watch > 0 && !mount_end_has_come(end->watch - 1, END_MSEC))
                        r = explain_survival(&check, end, type);
                else if (end->watch == 0 && domain->mount[type] &&
                         mount_identity_is_known(&domain->mount_id[type]))
                        r = look_for_vanished(&check, type);
                if (r < 0 && result != -EBUSY)
                        result = r;
        }
        return result;
}
