/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/regions/memory-scan.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/modules/mounts/look.h"

int scan_enter_process(struct scan *scan)
{
        struct memory_users *users = scan->users;
        char *command;
        int r;

        if (scan->process != REGION_NONE)
                return 0;

        r = grow_array(&users->processes, users->n_processes, &users->processes_room);
        if (r < 0)
                return r;
        command = strdup(scan->command);
        if (!command)
                return -ENOMEM;

        scan->process = (uint32_t) users->n_processes++;
        users->processes[scan->process] =
                (struct memory_process){ .pid = scan->pid, .uid = scan->uid, .command = command };
        return 0;
}

int scan_lines(struct scan *scan, const char *path,
               int (*line)(struct scan *scan, char *line, void *userdata), void *userdata)
{
        _cleanup_close_ int fd = -1;
        char name[64], *buffer = scan->buffer, *start, *end;
        size_t kept = 0;
        ssize_t n;
        int r;

        snprintf(name, sizeof(name), "%d/%s", (int) scan->pid, path);
        fd = openat(scan->procfs, name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return -errno;

        while ((n = read(fd, buffer + kept, SCAN_BUFFER_SIZE - kept)) > 0) {
                kept += (size_t) n;
                for (start = buffer; (end = memchr(start, '\n', kept)); start = end + 1) {
                        kept -= (size_t) (end + 1 - start);
                        *end = '\0';
                        r = line(scan, start, userdata);
                        if (r < 0)
                                return r;
                }
                memmove(buffer, start, kept);
                if (kept == SCAN_BUFFER_SIZE)
                        return -EBADMSG; /* no path is that long */
        }

        return n < 0 ? -errno : 0;
}

int scan_late_region(struct scan *scan, uint32_t mount, const char *link, uint32_t *ret_region)
{
        char path[96], target[PATH_MAX], *slash;
        struct region region = { .mount = mount };
        struct statx st;
        ssize_t n;
        int r;

        snprintf(path, sizeof(path), "%d/%s", (int) scan->pid, link);
        r = look_at(scan->procfs, path, STATX_BASIC_STATS, &st);
        if (r < 0)
                return r;
        n = readlinkat(scan->procfs, path, target, sizeof(target) - 1);
        if (n < 0)
                return -errno;

        target[n] = '\0';
        (void) process_path_unescape(target);
        slash = strrchr(target, '/');
        region.name = slash ? slash + 1 : target;
        region.inode = (ino_t) st.stx_ino;
        region.size = st.stx_size;
        region.allocated = st.stx_blocks * 512;
        region.made = st.stx_mtime.tv_sec;
        region.uid = st.stx_uid;
        region.gid = st.stx_gid;
        region.mode = st.stx_mode & 07777;
        region.deleted = st.stx_nlink == 0;
        return regions_add_late(scan->regions, &region, ret_region);
}
