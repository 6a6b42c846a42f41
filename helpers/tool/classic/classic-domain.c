/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/classic-domain.h"

#include <sys/stat.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/base.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/stop/unmount.h"

int classic_load(const struct tool *tool, const struct classic *classic, struct ledger_domain *ret)
{
        return ledger_load_domain(&tool->machine, classic->name, ret);
}

static int read_mounts(const struct tool *tool, struct mount_table **ret)
{
        int r = mount_table_read(tool->machine.procfs, "self/mountinfo", ret);

        return r < 0 ? log_error_errno(r, "cannot read the mount table: %m") : 0;
}

int classic_find_remains(const struct tool *tool, const struct classic *classic,
                         struct ledger_domain *ret)
{
        const struct base_request request = {
                .domain = classic->name,
                .path = classic->path,
                .mounts = { true, true, true },
        };
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_ledger_domain_ struct ledger_domain found = {};
        struct stat st;
        int r;

        if (lstat(classic->path, &st) < 0)
                return errno == ENOENT ? -ENOENT
                                       : log_error_errno(errno, "path %s not accessible: %m",
                                                         classic->path);
        r = read_mounts(tool, &table);
        if (r < 0)
                return r;
        r = base_record_new(&request, table, &found);
        if (r < 0)
                return r;
        if (!found.base_made)
                return log_error_errno(EEXIST, "path %s exists, and was not made by init",
                                       classic->path);

        *ret = found;
        found = (struct ledger_domain){};
        return 0;
}

/* The mount of TYPE; -ENOENT: it is not there. */
static int find_mount(const struct mount_table *table, const struct ledger_domain *domain,
                      enum page_type type, const struct mount_entry **ret)
{
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", domain->path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        *ret = mount_table_at(table, path);
        return *ret ? 0 : -ENOENT;
}

int classic_is_mounted(const struct tool *tool, const struct ledger_domain *domain)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r;

        r = read_mounts(tool, &table);
        if (r < 0)
                return r;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                const struct mount_entry *entry;

                if (!domain->mount[type])
                        continue;
                r = find_mount(table, domain, type, &entry);
                if (r < 0)
                        return r == -ENOENT ? false : r;
        }
        return true;
}

/* Logs the holders of the mount of TYPE. Returns whether there are any. */
static int name_holders(const struct tool *tool, const struct mount_table *table,
                        const struct ledger_domain *domain, enum page_type type)
{
        const struct mount_entry *entry;
        _cleanup_holders_ struct holder_list list = {};
        int r;

        r = find_mount(table, domain, type, &entry);
        if (r >= 0)
                r = holders_find(tool->machine.procfs, entry->device, entry->target, HOLDER_FILES,
                                 &list);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        for (size_t i = 0; i < list.n; i++) {
                _cleanup_free_ char *holder = NULL;

                r = holder_format(&list.holders[i], &holder);
                if (r < 0)
                        return r;
                log_warning("%s: %s", entry->target, holder);
        }
        return list.n > 0;
}

/* All holders of all mounts, before anything is touched: unmounting one mount would destroy its
 * regions although the domain stays because another mount is in use. */
int classic_check_holders(const struct tool *tool, const struct ledger_domain *domain)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        bool held = false;
        int r;

        r = read_mounts(tool, &table);
        if (r < 0)
                return r;

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                r = domain->mount[type] ? name_holders(tool, table, domain, type) : 0;
                if (r < 0)
                        return log_error_errno(r, "path %s: cannot find out who uses it: %m",
                                               domain->path);
                held |= r > 0;
        }
        if (held)
                return log_error_errno(EBUSY, "path %s is in use, nothing was removed",
                                       domain->path);
        return 0;
}

void classic_print_preview(const struct tool *tool, const char *verb,
                           const struct ledger_domain *domain)
{
        _cleanup_free_ char *path = text_escape(domain->path);
        const char *separator = ", with mounts";

        fprintf(tool->out, "Would %s %s", verb, path ?: "?");
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                if (!domain->mount[type])
                        continue;
                fprintf(tool->out, "%s %s", separator, page_type_directory(type));
                separator = "";
        }
        fputc('\n', tool->out);
}

/* Gives the directory back the owner and mode that it had before it was closed. */
static int reopen_base(const struct ledger_domain *domain, const struct stat *before)
{
        _cleanup_close_ int fd = base_open_recorded(domain);

        if (fd < 0)
                return fd;
        if (fchown(fd, before->st_uid, before->st_gid) < 0 ||
            fchmod(fd, before->st_mode & 07777) < 0)
                return -errno;
        return 0;
}

/* A process opened the mount between the check and the unmount: the remaining mounts are kept as
 * they were. */
static int give_up(const struct tool *tool, const struct ledger_domain *domain,
                   const struct stat *before, const struct blockers *blockers)
{
        if (classic_is_mounted(tool, domain) > 0 && reopen_base(domain, before) >= 0)
                (void) ledger_clear_leftover(tool->machine.state, domain->name);
        blockers_log(blockers, LOG_WARNING);
        return log_error_errno(EBUSY, "path %s is in use; what is in use stays as it is",
                               domain->path);
}

static int unmount(const struct tool *tool, struct ledger_domain *domain, struct unmounted *ends)
{
        _cleanup_blockers_ struct blockers blockers = {};
        struct stat before = { .st_mode = 0700 };
        int r;

        if (stat(domain->path, &before) < 0 && errno != ENOENT)
                return log_error_errno(errno, "path %s not accessible: %m", domain->path);
        r = removal_close_base(domain);
        if (r < 0)
                return r;
        r = unmount_domain(&tool->machine, domain, domain->mount, ends, &blockers);
        return r == -EBUSY ? give_up(tool, domain, &before, &blockers) : r;
}

static int remove_directories(const struct ledger_domain *domain)
{
        _cleanup_free_ char *mount = NULL;
        int r = removal_run(domain, &mount);

        if (mount)
                return log_error_errno(r, "%s: something is mounted there: unmount it", mount);
        return r;
}

static int check_ends(const struct tool *tool, const struct ledger_domain *domain,
                      const struct unmounted *ends)
{
        _cleanup_blockers_ struct blockers blockers = {};
        int r = unmount_check_ends(&tool->machine, domain, ends, &blockers);

        blockers_log(&blockers, LOG_ERR);
        return r;
}

int classic_remove(const struct tool *tool, struct ledger_domain *domain)
{
        _cleanup_unmounted_ struct unmounted ends = {};
        int r;

        r = classic_check_holders(tool, domain);
        if (r < 0)
                return r;

        r = ledger_mark_leftover(tool->machine.state, domain->name);
        if (r >= 0)
                r = ledger_store_domain(&tool->machine, domain);
        if (r >= 0)
                r = unmount(tool, domain, &ends);
        if (r >= 0)
                r = remove_directories(domain);
        if (r >= 0)
                r = check_ends(tool, domain, &ends);
        if (r >= 0)
                r = ledger_remove_domain(tool->machine.state, domain->name);
        if (r >= 0)
                r = ledger_clear_leftover(tool->machine.state, domain->name);
        return r;
}
