/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/regions-reset.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "helpers/modules/base/base-open.h"
#include "helpers/modules/base/directory.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/holders/pinned.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/pool.h"

/* Clients keep regions in the mount's root; deeper ones are not counted, but are removed at any depth. */
#define COUNTED_DEPTH 16

/* More holders than these are counted, not named. */
#define NAMED_MAX 32

/* The content of a mount. */
struct content {
        uint64_t regions;
        uint64_t pages;
        uint64_t page_size; /* bytes */
};

static int count_entries(int fd, unsigned depth, struct content *content)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int r;

        r = io_open_directory(fd, ".", 0, &dir);
        if (r < 0)
                return r;

        while ((entry = io_next_entry(dir))) {
                _cleanup_close_ int child = -1;
                struct stat st;

                if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                        continue; /* gone meanwhile */
                if (!S_ISDIR(st.st_mode)) {
                        content->regions++;
                        content->pages += (uint64_t) st.st_blocks * 512 / content->page_size;
                        continue;
                }
                child = depth > 0 ? directory_open_at(dirfd(dir), entry->d_name) : -1;
                if (child >= 0)
                        (void) count_entries(child, depth - 1, content);
        }
        return 0;
}

static int count_content(int fd, unsigned depth, struct content *ret)
{
        struct statfs fs;

        if (fstatfs(fd, &fs) < 0)
                return -errno;
        ret->page_size = (uint64_t) fs.f_bsize;
        return count_entries(fd, depth, ret);
}

/* Free pages of the mount FD; for a hugetlbfs, those of its size on the whole machine. */
static int count_free(const struct machine *machine, int fd, enum page_type type, uint64_t *ret)
{
        _cleanup_free_ unsigned *nodes = NULL;
        uint64_t pages = 0;
        struct statfs fs;
        size_t n;
        int r;

        if (fstatfs(fd, &fs) < 0)
                return -errno;
        if (!page_type_has_pool(type)) {
                *ret = fs.f_bfree;
                return 0;
        }

        r = numa_nodes(machine->sysfs, &nodes, &n);
        for (size_t i = 0; r >= 0 && i < n; i++) {
                struct pool_counts counts;

                r = pool_read(machine->sysfs, nodes[i], (struct page_size){ (uint64_t) fs.f_bsize },
                              &counts);
                if (r >= 0)
                        pages += counts.free;
        }
        *ret = pages;
        return r;
}

/* Names the processes that have something of the mount open or mapped. Returns their number, and the
 * bytes of removed regions, now and earlier, that they hold. */
static int name_holders(const struct machine *machine, int fd, const char *where,
                        uint64_t *ret_pinned)
{
        _cleanup_holders_ struct holder_list list = {};
        struct stat st;
        int r;

        if (fstat(fd, &st) < 0)
                return -errno;
        r = holders_find(machine->procfs, st.st_dev, where, HOLDER_OPEN | HOLDER_MAPPED, &list);
        if (r >= 0)
                r = pinned_bytes(machine->procfs, st.st_dev, &list, ret_pinned);
        if (r < 0)
                return r;

        for (size_t i = 0; i < list.n && i < NAMED_MAX; i++) {
                _cleanup_free_ char *holder = NULL;

                r = holder_format(&list.holders[i], &holder);
                if (r < 0)
                        return r;
                log_warning("%s: %s; its pages are freed when it releases them", where, holder);
        }
        if (list.n > NAMED_MAX)
                log_warning("%s: and %zu more", where, list.n - NAMED_MAX);
        return list.n > INT32_MAX ? INT32_MAX : (int) list.n;
}

/* Without a holder, all pages were freed; with one, as many as the pools gained in the meantime. */
static uint64_t came_back(const struct content *content, uint64_t free_before, uint64_t free_after,
                          int holders)
{
        uint64_t gained = free_after > free_before ? free_after - free_before : 0;

        return holders <= 0 || gained > content->pages ? content->pages : gained;
}

static int empty_mount(const struct machine *machine, int fd, enum page_type type,
                       const char *where)
{
        struct content content = {};
        uint64_t before = 0, after = 0, back, pinned = 0;
        int r, removed, holders;

        r = count_content(fd, COUNTED_DEPTH, &content);
        if (r >= 0)
                r = count_free(machine, fd, type, &before);
        removed = directory_empty(fd, NULL);
        if (r >= 0)
                r = count_free(machine, fd, type, &after);
        if (removed < 0)
                return log_error_errno(removed, "Cannot remove all regions of %s: %m", where);
        if (r < 0)
                return log_error_errno(r, "Cannot count the pages of %s: %m", where);

        holders = name_holders(machine, fd, where, &pinned);
        if (holders < 0)
                return log_error_errno(holders, "Cannot find out who uses %s: %m", where);

        back = came_back(&content, before, after, holders);
        pinned /= content.page_size ?: 1; /* statfs(2) never says 0 */
        if (pinned < content.pages - back)
                pinned = content.pages - back;
        log_info("%s: %" PRIu64 " %s removed, %" PRIu64 " %s pages came back, %" PRIu64
                 " still pinned",
                 where, content.regions, content.regions == 1 ? "region" : "regions", back,
                 page_type_name(type), pinned);
        return 0;
}

/* Whether FD is the root of a mount of TYPE in the directory BASE. */
static int is_mount_of(int base, int fd, enum page_type type)
{
        struct directory_id outside, inside;
        struct statfs fs;
        int r;

        r = directory_identify(base, &outside);
        if (r >= 0)
                r = directory_identify(fd, &inside);
        if (r >= 0 && fstatfs(fd, &fs) < 0)
                r = -errno;
        if (r < 0 || outside.mount_id == inside.mount_id)
                return r < 0 ? r : false;

        if (!page_type_has_pool(type))
                return fs.f_type == TMPFS_MAGIC;
        return (unsigned) fs.f_type == HUGETLBFS_MAGIC;
}

/* 1: RET_FD is the mount of TYPE, and RET_WHERE its path; 0: there is no such mount, and none is EXPECTED. */
static int open_mount(int base, const char *path, enum page_type type, bool expected, int *ret_fd,
                      char **ret_where)
{
        const char *name = page_type_directory(type);
        _cleanup_close_ int fd = directory_open_at(base, name);
        int r = fd < 0 ? fd : is_mount_of(base, fd, type);

        if (asprintf(ret_where, "%s/%s", path, name) < 0) {
                *ret_where = NULL;
                return log_oom();
        }
        if (r == -ENOENT || r == 0) {
                if (expected)
                        log_warning("%s: not mounted any more: there are no regions to remove",
                                    *ret_where);
                return 0;
        }
        if (r < 0 && expected)
                return log_error_errno(r, "Cannot remove regions of %s: %m", *ret_where);
        if (r < 0)
                return 0;

        *ret_fd = TAKE_FD(fd);
        return 1;
}

static int open_base(const char *path)
{
        int base = base_open(path);

        if (base == -ENOENT)
                return log_error_errno(base,
                                       "path %s not accessible; probably uninitialized or not "
                                       "running with appropriate permissions: %m",
                                       path);
        return base;
}

int regions_reset(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES])
{
        _cleanup_close_ int base = open_base(path);
        int result = 0, emptied = 0;

        if (base < 0)
                return base;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *where = NULL;
                _cleanup_close_ int fd = -1;
                int r = open_mount(base, path, type, mounts[type], &fd, &where);

                if (r > 0) {
                        r = empty_mount(machine, fd, type, where);
                        if (r >= 0)
                                emptied++;
                }
                if (r < 0 && result == 0)
                        result = r;
        }
        return result < 0 ? result : emptied;
}

static int look_at_holders(const struct machine *machine, int fd, const char *where,
                           struct regions_look *look)
{
        _cleanup_holders_ struct holder_list list = {};
        struct stat st;
        int r;

        if (fstat(fd, &st) < 0)
                return -errno;
        r = holders_find(machine->procfs, st.st_dev, where, HOLDER_OPEN | HOLDER_MAPPED, &list);
        for (size_t i = 0; i < list.n && r >= 0; i++) {
                _cleanup_free_ char *holder = NULL, *line = NULL;

                r = holder_format(&list.holders[i], &holder);
                if (r < 0)
                        return r;
                if (asprintf(&line, "%s: %s", where, holder) < 0) {
                        line = NULL;
                        return -ENOMEM;
                }
                r = string_list_add(&look->holders, &look->n_holders, line);
        }
        return r;
}

static int look_at_mount(const struct machine *machine, int fd, enum page_type type,
                         const char *where, struct regions_look *look)
{
        struct content content = {};
        int r = count_content(fd, COUNTED_DEPTH, &content);

        if (r < 0)
                return log_error_errno(r, "Cannot count the pages of %s: %m", where);
        look->mounted[type] = true;
        look->regions[type] = content.regions;
        look->pages[type] = content.pages;
        r = look_at_holders(machine, fd, where, look);
        if (r < 0)
                return log_error_errno(r, "Cannot find out who uses %s: %m", where);
        return 0;
}

int regions_look(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES],
                 struct regions_look *ret)
{
        _cleanup_close_ int base = open_base(path);
        _cleanup_regions_look_ struct regions_look look = {};
        int n = 0;

        if (base < 0)
                return base;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *where = NULL;
                _cleanup_close_ int fd = -1;
                int r = open_mount(base, path, type, mounts[type], &fd, &where);

                if (r > 0) {
                        r = look_at_mount(machine, fd, type, where, &look);
                        n++;
                }
                if (r < 0)
                        return r;
        }

        *ret = look;
        look = (struct regions_look){};
        return n;
}

void regions_look_done(struct regions_look *look)
{
        string_list_free(look->holders);
        *look = (struct regions_look){};
}
