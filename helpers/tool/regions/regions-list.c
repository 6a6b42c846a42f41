/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of a mount, which its owner may have filled with anything. */

#include "helpers/tool/regions/regions.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "basic/io.h"

#define DEPTH_MAX 32

/* The earliest time stamp of the file system: hugetlbfs has no birth time, and neither reads nor
 * writes through a mapping change the others. */
static int64_t time_made(const struct statx *st)
{
        int64_t made = st->stx_mtime.tv_sec;

        if (st->stx_ctime.tv_sec < made)
                made = st->stx_ctime.tv_sec;
        if ((st->stx_mask & STATX_BTIME) && st->stx_btime.tv_sec < made)
                made = st->stx_btime.tv_sec;
        return made;
}

static int add_file(struct regions *regions, uint32_t mount, const struct statx *st,
                    const char *prefix, const char *name)
{
        int r = grow_array(&regions->items, regions->n, &regions->room);
        struct region *region;
        char *path;

        if (r < 0)
                return r;
        if (asprintf(&path, "%s%s", prefix, name) < 0)
                return -ENOMEM;

        region = regions->items + regions->n++;
        *region = (struct region){
                .name = path,
                .inode = (ino_t) st->stx_ino,
                .size = st->stx_size,
                .allocated = st->stx_blocks * 512,
                .made = time_made(st),
                .uid = st->stx_uid,
                .gid = st->stx_gid,
                .mode = st->stx_mode & 07777,
                .mount = mount,
                .first_holding = REGION_NONE,
        };
        return 0;
}

static int add_directory(struct regions *regions, uint32_t mount, int parent, const char *name,
                         const char *prefix, unsigned depth);

static int add_entry(struct regions *regions, uint32_t mount, int directory, const char *prefix,
                     const char *name, unsigned depth)
{
        dev_t device = regions->devices[mount];
        struct statx st;

        if (statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
                  STATX_BASIC_STATS | STATX_BTIME, &st) < 0)
                return errno == ENOENT ? 0 : -errno; /* removed while we look */
        if (makedev(st.stx_dev_major, st.stx_dev_minor) != device)
                return 0; /* something is mounted on it */

        if (S_ISREG(st.stx_mode))
                return add_file(regions, mount, &st, prefix, name);
        if (S_ISDIR(st.stx_mode)) {
                _cleanup_free_ char *below = NULL;

                if (asprintf(&below, "%s%s/", prefix, name) < 0)
                        return -ENOMEM;
                return add_directory(regions, mount, directory, name, below, depth + 1);
        }
        return 0;
}

static int add_directory(struct regions *regions, uint32_t mount, int parent, const char *name,
                         const char *prefix, unsigned depth)
{
        _cleanup_closedir_ DIR *directory = NULL;
        const struct dirent *entry;
        int r, result = 0;

        if (depth > DEPTH_MAX)
                return -ELOOP;
        r = io_open_directory(parent, name, O_NOFOLLOW, &directory);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        while ((entry = io_next_entry(directory))) {
                r = add_entry(regions, mount, dirfd(directory), prefix, entry->d_name, depth);
                if (r == -ENOMEM)
                        return r;
                if (r < 0)
                        result = r;
        }

        return errno != 0 ? -errno : result;
}

int regions_add_mount(struct regions *regions, int fd, dev_t device, uint32_t *ret_mount)
{
        dev_t *devices = reallocarray(regions->devices, regions->n_mounts + 1, sizeof(dev_t));

        if (!devices)
                return -ENOMEM;

        regions->devices = devices;
        devices[regions->n_mounts] = device;
        *ret_mount = (uint32_t) regions->n_mounts++;
        return add_directory(regions, *ret_mount, fd, ".", "", 0);
}
