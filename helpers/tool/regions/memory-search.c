/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/regions/memory-search.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "basic/io.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/mounts/look.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/processes/process-list.h"
#include "helpers/tool/regions/memory-scan.h"

/* An open file, or the directory that a link of the process refers to. */
static int take_link(struct scan *scan, uint32_t mount, const char *link, const struct statx *st,
                     unsigned use)
{
        uint32_t region;
        int r = scan_enter_process(scan);

        if (r < 0)
                return r;
        if (!S_ISREG(st->stx_mode))
                return regions_hold_directory(scan->regions, mount, scan->process, use);

        region = regions_find(scan->regions, mount, (ino_t) st->stx_ino);
        if (region == REGION_NONE) {
                r = scan_late_region(scan, mount, link, &region);
                if (r < 0)
                        return r == -ENOENT ? 0 : r;
        }
        return regions_hold(scan->regions, region, scan->process, use);
}

static int take_directory(struct scan *scan, const char *link, unsigned use)
{
        struct statx st;
        uint32_t mount;
        char path[32];

        snprintf(path, sizeof(path), "%d/%s", (int) scan->pid, link);
        if (look_at(scan->procfs, path, STATX_TYPE | STATX_INO, &st) < 0)
                return 0; /* it ended, or belongs to another user */
        if (!regions_has_device(scan->regions, look_device(&st), &mount))
                return 0;
        return take_link(scan, mount, link, &st, use);
}

/* Whether the file is on a hugetlbfs that we know. The type of its file system is not queried: on a
 * network file system that would contact the server. */
static bool is_hugetlb(const struct scan *scan, dev_t device)
{
        for (size_t i = 0; i < scan->n_hugetlb; i++)
                if (scan->hugetlb_devices[i] == device)
                        return true;
        return false;
}

static int take_descriptor(struct scan *scan, int directory, const char *name)
{
        struct statx st;
        uint32_t mount;
        char path[48];
        dev_t device;

        if (look_at(directory, name, STATX_TYPE | STATX_INO | STATX_BLOCKS, &st) < 0)
                return 0; /* closed meanwhile */

        device = look_device(&st);
        if (regions_has_device(scan->regions, device, &mount)) {
                snprintf(path, sizeof(path), "fd/%.16s", name);
                return take_link(scan, mount, path, &st, HOLDER_OPEN);
        }
        if (!S_ISREG(st.stx_mode) || !is_hugetlb(scan, device))
                return 0;
        return scan_use_descriptor(scan, name, device, (ino_t) st.stx_ino, st.stx_blksize,
                                   st.stx_blocks * 512);
}

static int scan_descriptors(struct scan *scan)
{
        _cleanup_closedir_ DIR *directory = NULL;
        const struct dirent *entry;
        char name[32];
        int r;

        snprintf(name, sizeof(name), "%d/fd", (int) scan->pid);
        r = io_open_directory(scan->procfs, name, 0, &directory);
        while (r >= 0 && (entry = io_next_entry(directory)))
                r = take_descriptor(scan, dirfd(directory), entry->d_name);
        return r;
}

static int read_status(struct scan *scan, bool *ret_has_memory)
{
        _cleanup_close_ int fd = -1;
        struct process_status status;
        char name[32];
        ssize_t n;
        int r;

        snprintf(name, sizeof(name), "%d/status", (int) scan->pid);
        fd = openat(scan->procfs, name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        n = read(fd, scan->buffer, SCAN_BUFFER_SIZE);
        if (n < 0)
                return -errno;
        scan->buffer[n] = '\0';
        r = process_status_parse(scan->buffer, &status);
        if (r < 0)
                return r;

        scan->uid = status.uid;
        scan->hugetlb = status.hugetlb;
        snprintf(scan->command, sizeof(scan->command), "%s", status.command);
        *ret_has_memory = status.has_memory;
        return 0;
}

static int look_closer(struct scan *scan)
{
        int r;

        r = scan_mappings(scan);
        if (r < 0)
                return r;
        r = scan_descriptors(scan);
        if (r < 0)
                return r;
        r = take_directory(scan, "cwd", HOLDER_CWD);
        if (r < 0)
                return r;
        return take_directory(scan, "root", HOLDER_ROOT);
}

static int scan_process(struct scan *scan)
{
        bool has_memory = false;
        int r;

        r = read_status(scan, &has_memory);
        if (r >= 0 && has_memory)
                r = look_closer(scan);
        if (r == -EACCES || r == -EPERM) {
                scan->users->n_unseen++;
                return scan->hugetlb > 0 ? scan_use_unseen(scan) : 0;
        }
        return r == -ENOENT || r == -ESRCH ? 0 : r; /* it has ended */
}

static int scan_all(struct scan *scan, DIR *procfs)
{
        int r;

        while ((scan->pid = process_list_next(procfs))) {
                if (scan->pid == getpid())
                        continue;
                r = scan_process(scan);

                for (size_t i = 0; i < scan->n_mappings; i++)
                        free(scan->mappings[i].path);
                scan->n_mappings = 0;
                scan->want_nodes = false;
                scan->process = REGION_NONE;
                if (r < 0)
                        return r;
        }
        return 0;
}

static int add_hugetlb(struct scan *scan, dev_t device)
{
        dev_t *bigger = reallocarray(scan->hugetlb_devices, scan->n_hugetlb + 1, sizeof(*bigger));

        if (!bigger)
                return -ENOMEM;
        scan->hugetlb_devices = bigger;
        bigger[scan->n_hugetlb++] = device;
        return 0;
}

/* The kernel's internal mount of each page size, which contains memfds and SysV segments, so a
 * memfd of ours is on it. */
static int find_internal(struct scan *scan)
{
        int r = 0;

        for (int type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                unsigned size = page_type_has_pool(type)
                                        ? (unsigned) __builtin_ctzll(page_type_size(type) ?: 1)
                                        : 0;
                _cleanup_close_ int fd = -1;
                struct stat st;

                if (size == 0)
                        continue;
                fd = memfd_create("fd-shmem", MFD_CLOEXEC | MFD_HUGETLB | size << MFD_HUGE_SHIFT);
                if (fd >= 0 && fstat(fd, &st) == 0)
                        r = add_hugetlb(scan, st.st_dev);
        }
        return r;
}

/* Mounts of hugetlbfs here. Of a mount that exists only in other mount namespaces, only mapped
 * files are seen. */
static int find_mounted(struct scan *scan)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r = 0;

        if (mount_table_read(scan->procfs, "self/mountinfo", &table) < 0)
                return 0;
        for (size_t i = 0; i < table->n && r >= 0; i++)
                if (strcmp(table->entries[i].fstype, "hugetlbfs") == 0)
                        r = add_hugetlb(scan, table->entries[i].device);
        return r;
}

int memory_users_find(int procfs, struct regions *regions, struct memory_users *ret)
{
        _cleanup_memory_users_ struct memory_users users = {};
        _cleanup_free_ char *buffer = malloc(SCAN_BUFFER_SIZE + 1);
        _cleanup_closedir_ DIR *directory = NULL;
        struct scan scan = { .procfs = procfs, .regions = regions, .users = &users };
        int r;

        if (!buffer)
                return -ENOMEM;
        scan.buffer = buffer;
        scan.process = REGION_NONE;
        r = io_open_directory(procfs, ".", 0, &directory);
        if (r < 0)
                return r;

        r = find_internal(&scan);
        if (r >= 0)
                r = find_mounted(&scan);
        if (r >= 0)
                r = scan_all(&scan, directory);
        free(scan.mappings);
        free(scan.hugetlb_devices);
        if (r < 0)
                return r;

        *ret = users;
        users = (struct memory_users){};
        return 0;
}
