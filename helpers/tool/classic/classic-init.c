/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* init PERM USER GROUP: makes a domain at FD_SHMEM_PATH, or nothing. */

#include <getopt.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/base.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/handover.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/tool/classic/chmod-mode.h"
#include "helpers/tool/classic/classic-domain.h"
#include "helpers/tool/classic/classic-foreign.h"
#include "helpers/tool/classic/legacy-result.h"

struct permission {
        struct owner owner;
        mode_t mode;
};

/* As "mkdir", "chown USER:GROUP" and "chmod PERM" would do it: an empty name keeps the owner set by
 * root's mkdir, a user alone implies the login group. */
static int parse_permission(char **words, struct permission *ret)
{
        const char *user = *words[1] ? words[1] : NULL, *group = *words[2] ? words[2] : NULL;
        mode_t mask = umask(0);

        umask(mask);
        if (chmod_mode_parse(words[0], 0777 & ~mask, mask, &ret->mode) < 0)
                return log_error_errno(EINVAL, "'%s' is not a mode as chmod(1) takes it", words[0]);

        ret->owner = (struct owner){ 0, 0 };
        if (!user && !group)
                return 0;
        return owner_resolve(user ?: "0", group, &ret->owner);
}

/* Unused mount points of others are removed; a domain of theirs that is up is refused, as in the
 * script. */
static int find_foreign(const struct tool *tool, const struct classic *classic,
                        struct ledger_domain *ret)
{
        int r;

        r = classic_find_foreign(tool, classic, ret);
        if (r <= 0)
                return r;
        r = classic_is_any_mounted(tool, ret);
        if (r > 0)
                return log_error_errno(EEXIST,
                                       "path %s exists: a domain that init did not make is up "
                                       "there; 'fini' removes it",
                                       classic->path);
        return r < 0 ? r : 1;
}

/* A domain left incomplete by init or fini is to be removed first: 1, and it is stored in RET. One
 * that is up is refused; every other directory is left to claim(): 0. */
static int find_old(const struct tool *tool, const struct classic *classic,
                    struct ledger_domain *ret)
{
        struct stat st;
        int r;

        r = classic_load(tool, classic, ret);
        if (r == -ENOENT)
                return find_foreign(tool, classic, ret);
        if (r < 0)
                return r;

        if (lstat(classic->path, &st) >= 0 &&
            !ledger_is_leftover(tool->machine.state, classic->name))
                return log_error_errno(EEXIST,
                                       "path %s exists: the domain is up; 'fini' removes it",
                                       classic->path);
        return 1;
}

/* Page sizes that the machine does not have cannot be mounted. */
static int choose_mounts(const struct tool *tool, bool ret[N_PAGE_TYPES])
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                uint64_t reserved;
                int r = 0;

                if (page_type_has_pool(type))
                        r = pool_reserved(tool->machine.sysfs, page_size_default(type), &reserved);
                if (r < 0 && r != -ENOENT)
                        return log_error_errno(r, "cannot read the pools of %s pages: %m",
                                               page_type_name(type));
                if (r < 0)
                        log_warning("this machine has no %s pages; %s is not made",
                                    page_type_name(type), page_type_directory(type));
                ret[type] = r >= 0;
        }
        return 0;
}

static int claim(const struct tool *tool, const struct classic *classic, struct ledger_domain *ret)
{
        struct base_request request = { .domain = classic->name, .path = classic->path };
        _cleanup_mount_table_ struct mount_table *table = NULL;
        struct stat st;
        int r;

        r = choose_mounts(tool, request.mounts);
        if (r < 0)
                return r;
        r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return log_error_errno(r, "cannot read the mount table: %m");
        if (lstat(classic->path, &st) < 0)
                return base_record_new(&request, table, ret);

        r = classic_find_remains(tool, classic, ret);
        if (r >= 0)
                memcpy(ret->mount, request.mounts, sizeof(ret->mount));
        return r;
}

/* No min_size=: the script set none, and the check that reuses its domains relies on that. The
 * working directory is the base while we mount, so that no path can be redirected. */
static int mount_type(int base, const char *path, enum page_type type)
{
        const char *name = page_type_directory(type);
        char options[64] = "mode=0700";
        unsigned long flags = page_type_has_pool(type) ? 0 : MS_NOSUID | MS_NODEV;
        int r = 0;

        if (page_type_has_pool(type))
                snprintf(options, sizeof(options), "pagesize=%s",
                         page_size_option(page_size_default(type)).text);
        if (fchdir(base) < 0 ||
            mount("none", name, page_type_has_pool(type) ? "hugetlbfs" : "tmpfs", flags, options) <
                    0)
                r = log_error_errno(errno, "mount of %s/%s failed: %m", path, name);
        if (chdir("/") < 0 && r == 0)
                r = log_error_errno(errno, "cannot change to /: %m");
        return r;
}

static int mount_all(const struct ledger_domain *domain)
{
        _cleanup_close_ int base = base_open_recorded(domain);
        int r;

        if (base < 0)
                return base;
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                r = domain->mount[type] ? mount_type(base, domain->path, type) : 0;
                if (r < 0)
                        return r;
        }
        return 0;
}

static int make(const struct tool *tool, struct ledger_domain *domain,
                const struct permission *permission)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r;

        r = mount_table_read(tool->machine.procfs, "self/mountinfo", &table);
        if (r < 0)
                return log_error_errno(r, "cannot read the mount table: %m");
        r = base_make(&tool->machine, domain, table, false);
        if (r < 0)
                return r;
        r = mount_all(domain);
        if (r >= 0)
                r = mount_identity_record(domain, domain->mount);
        if (r >= 0)
                r = ledger_store_domain(&tool->machine, domain);
        if (r < 0)
                return r;

        return handover_run(domain, domain->mount, &permission->owner, permission->mode);
}

static int preview(const struct tool *tool, const struct classic *classic, bool has_old,
                   const struct ledger_domain *old, const struct permission *permission)
{
        _cleanup_ledger_domain_ struct ledger_domain domain = {};
        int r;

        if (has_old) {
                domain.path = strdup(classic->path);
                r = domain.path ? classic_check_holders(tool, old) : log_oom();
                if (r >= 0)
                        r = choose_mounts(tool, domain.mount);
        } else {
                r = claim(tool, classic, &domain);
        }
        if (r < 0)
                return r;

        if (has_old)
                classic_print_preview(tool, "remove", old);
        classic_print_preview(tool, "make", &domain);
        fprintf(tool->out, "Would give it to user %u, group %u, with mode %04o\n",
                (unsigned) permission->owner.uid, (unsigned) permission->owner.gid,
                (unsigned) permission->mode);
        return 0;
}

static int make_domain(const struct tool *tool, const struct classic *classic,
                       const struct permission *permission)
{
        _cleanup_ledger_domain_ struct ledger_domain domain = {};
        int state = tool->machine.state, r;

        r = claim(tool, classic, &domain);
        if (r < 0)
                return r;
        r = ledger_mark_leftover(state, classic->name);
        if (r >= 0)
                r = ledger_store_domain(&tool->machine, &domain);
        if (r >= 0)
                r = make(tool, &domain, permission);
        if (r < 0) {
                (void) classic_remove(tool, &domain);
                return r;
        }
        return ledger_clear_leftover(state, classic->name);
}

static int initialize(const struct tool *tool, const struct permission *permission, bool dry_run)
{
        _cleanup_classic_ struct classic classic = CLASSIC_NULL;
        _cleanup_ledger_domain_ struct ledger_domain old = {};
        bool has_old;
        int r;

        r = classic_open(tool, &classic);
        if (r >= 0)
                r = base_check_owner(classic.path, permission->owner.uid);
        if (r >= 0)
                r = classic_check_others(tool, &classic, false);
        if (r >= 0)
                r = find_old(tool, &classic, &old);
        if (r < 0)
                return r;

        has_old = r > 0;
        if (dry_run)
                return preview(tool, &classic, has_old, &old, permission);
        r = has_old ? classic_remove(tool, &old) : 0;
        return r < 0 ? r : make_domain(tool, &classic, permission);
}

int verb_init(struct tool *tool, int argc, char **argv)
{
        struct permission permission;
        struct outcome outcome;
        int r;

        r = outcome_parse(&outcome, tool, argc, argv);
        if (r != TOOL_OK)
                return r;
        r = parse_permission(argv + optind, &permission);
        if (r >= 0)
                r = initialize(tool, &permission, outcome.dry_run);
        return outcome_end(&outcome, r);
}
