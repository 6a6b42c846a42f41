/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/base/base-existing.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/mounts/mount-table.h"

/* Checks what is mounted on one mount point: nothing, ours of before (RECORDED), or a declared other.
 */
static int check_mount(const struct base_request *request, const struct mount_table *table,
                       enum page_type type, bool recorded)
{
        _cleanup_free_ char *path = NULL, *source = NULL;
        const struct mount_entry *entry;
        struct page_size size;

        if (asprintf(&path, "%s/%s", request->path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        entry = mount_table_at(table, path);
        if (request->foreign[type])
                log_info("%s: declared in fstab, left alone", path);
        if (!entry || request->foreign[type])
                return 0;
        size = request->size[type].bytes > 0 ? request->size[type] : page_size_default(type);
        if (recorded && mount_entry_matches(entry, type, size)) {
                log_notice("%s: still mounted, taken over with its content", path);
                return 0;
        }
        if (!request->mounts[type] && !recorded)
                return 0; /* not ours, and not in our way */
        source = text_escape(entry->source);
        return log_error_errno(
                EBUSY,
                "%s: %s (%s) is mounted there already, by somebody else; unmount it, or declare it "
                "in fstab "
                "to have it left alone",
                path, source ?: "?", entry->fstype);
}

static int check_mounts(const struct base_request *request, const struct mount_table *table,
                        const bool *recorded)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                int r = check_mount(request, table, type, recorded && recorded[type]);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int check_writable(int fd, const char *path)
{
        return faccessat(fd, ".", W_OK, 0) < 0 ? base_cannot_use(path, -errno) : 0;
}

/* Lists the directories above PATH that are ours, deepest first: those that do not exist, and those that
 * we made for this domain or another and that are still there. Checks that the first one that exists is
 * writable if anything is to be made in it. */
static int find_parents(const char *path, bool writable, char ***ret)
{
        _cleanup_free_ char *parent = strdup(path);
        size_t n = 0;
        char *slash;
        int r;

        if (!parent)
                return log_oom();
        while ((slash = strrchr(parent, '/')) && parent[1]) {
                _cleanup_close_ int fd = -1;
                struct identity_mark mark;

                slash[slash == parent] = '\0'; /* keeps the slash of "/" */
                fd = base_open(parent);
                if (fd < 0 && fd != -ENOENT)
                        return fd;
                r = fd >= 0 && writable ? check_writable(fd, path) : 0;
                if (r < 0)
                        return r;
                if (fd >= 0 &&
                    (identity_find(fd, parent, &mark) < 0 || mark.role != IDENTITY_PARENT))
                        return 0;
                writable = writable && fd < 0;
                if (string_list_add(ret, &n, parent) < 0)
                        return log_oom();
        }
        return 0;
}

/* Whether the directory exists, then it is looked into, else where it will be made. */
static int examine_directory(const struct base_request *request, const struct mount_table *table,
                             struct ledger_domain *record)
{
        _cleanup_close_ int fd = base_open(request->path);
        int r;

        if (fd == -ENOENT) {
                record->base_made = true;
                return find_parents(request->path, true, &record->parents_made);
        }
        r = fd < 0 ? fd : check_writable(fd, request->path);
        if (r >= 0)
                r = base_use_existing(fd, request, table, record);
        if (r >= 0 && record->base_made)
                r = find_parents(request->path, false, &record->parents_made);
        return r;
}

/* RECORDED: the mounts that count as ours; NULL: none. */
static int make_record(const struct base_request *request, const struct mount_table *table,
                       const bool *recorded, struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        record.name = strdup(request->domain);
        record.path = strdup(request->path);
        if (!record.name || !record.path)
                return log_oom();
        memcpy(record.mount, request->mounts, sizeof(record.mount));
        memcpy(record.size, request->size, sizeof(record.size));
        r = examine_directory(request, table, &record);
        if (r >= 0)
                r = check_mounts(request, table, recorded);
        if (r < 0)
                return r;

        *ret = record;
        record = (struct ledger_domain){};
        return 0;
}

int base_record_new(const struct base_request *request, const struct mount_table *table,
                    struct ledger_domain *ret)
{
        return make_record(request, table, NULL, ret);
}

int base_record_restore(const struct base_request *request, const struct mount_table *table,
                        struct ledger_domain *ret)
{
        _cleanup_close_ int fd = base_open(request->path);
        struct identity_mark mark;

        if (fd < 0)
                return fd;
        if (identity_find(fd, request->path, &mark) < 0 ||
            (mark.role != IDENTITY_BASE && mark.role != IDENTITY_EXISTING))
                return log_error_errno(ESTALE, "%s: has no mark of fd-shmem, leaving it",
                                       request->path);
        return make_record(request, table, request->mounts, ret);
}

/* After a soft-reboot into another root, the ledger is that of the former one; the base directory that an
 * earlier boot of this one left is known by its mark. */
static bool is_other_of_ours(int fd, const struct ledger_domain *record)
{
        struct ledger_identity id;
        struct identity_mark mark;

        return record->base_id.known && identity_read(fd, &id) >= 0 &&
               !identity_equal(&id, &record->base_id) &&
               identity_find(fd, record->path, &mark) >= 0 && mark.role == IDENTITY_BASE;
}

int base_record_renew(const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record)
{
        _cleanup_close_ int fd = base_open(record->path);
        int r;

        if (fd == -ENOENT) {
                record->base_id = (struct ledger_identity){}; /* is made anew */
                r = 0;
        } else if (fd >= 0 && is_other_of_ours(fd, record)) {
                string_list_free(TAKE_PTR(record->parents_made));
                r = examine_directory(request, table, record);
        } else {
                r = fd < 0 ? fd : base_verify(fd, record);
                if (r >= 0)
                        r = check_writable(fd, record->path);
        }
        if (r >= 0)
                r = check_mounts(request, table, record->mount);
        if (r < 0)
                return r;

        memcpy(record->mount, request->mounts, sizeof(record->mount));
        memcpy(record->size, request->size, sizeof(record->size));
        return 0;
}
