/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/pinned.h"

#include <fcntl.h>
#include <search.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/cleanup.h"
#include "basic/io.h"

struct files {
        dev_t device;
        ino_t *inodes;
        size_t n;
        uint64_t bytes;
};

static int compare_inode(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(ino_t));
}

/* Counts the file that the link NAME leads to, if it is a removed one of the file system and new. Only
 * cached attributes are used, no file server is asked. */
static int look_at_file(struct files *files, int fd, const char *name)
{
        struct statx sx;
        ino_t inode;
        ino_t *longer;

        if (statx(fd, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
                  STATX_TYPE | STATX_NLINK | STATX_INO | STATX_BLOCKS, &sx) < 0)
                return 0;
        inode = (ino_t) sx.stx_ino;
        if (makedev(sx.stx_dev_major, sx.stx_dev_minor) != files->device || sx.stx_nlink > 0 ||
            lfind(&inode, files->inodes, &files->n, sizeof(ino_t), compare_inode))
                return 0;

        longer = reallocarray(files->inodes, files->n + 1, sizeof(ino_t));
        if (!longer)
                return -ENOMEM;
        files->inodes = longer;
        files->inodes[files->n++] = inode;
        files->bytes += sx.stx_blocks * 512;
        return 0;
}

static int look_at_links(struct files *files, int procfs, pid_t pid, const char *folder)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        char path[64];
        int r = 0;

        snprintf(path, sizeof(path), "%d/%s", (int) pid, folder);
        if (io_open_directory(procfs, path, 0, &dir) < 0)
                return 0; /* it has ended */

        while (r >= 0 && (entry = io_next_entry(dir)))
                r = look_at_file(files, dirfd(dir), entry->d_name);
        return r;
}

int pinned_bytes(int procfs, dev_t device, const struct holder_list *holders, uint64_t *ret)
{
        struct files files = { .device = device };
        int r = 0;

        for (size_t i = 0; i < holders->n && r >= 0; i++) {
                r = look_at_links(&files, procfs, holders->holders[i].pid, "map_files");
                if (r >= 0)
                        r = look_at_links(&files, procfs, holders->holders[i].pid, "fd");
        }
        free(files.inodes);
        if (r < 0)
                return r;

        *ret = files.bytes;
        return 0;
}
