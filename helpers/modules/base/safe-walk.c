/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/safe-walk.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/base/directory.h"

struct walk {
        int fd;
        struct stat stat; /* of FD */
        struct path_hazard *hazard;
};

/* Judges the step from WALK->fd to ENTRY (NULL: there is none), which is the first LENGTH bytes of PATH. */
static int judge(struct walk *walk, const struct stat *entry, const char *path, size_t length)
{
        struct path_hazard *hazard = walk->hazard;

        hazard->kind = path_judge(&PATH_TRUST_ROOT, &walk->stat, entry);
        if (hazard->kind == PATH_SAFE)
                return 0;

        hazard->stat = hazard->kind == PATH_ENTRY ? *entry : walk->stat;
        if (hazard->kind != PATH_ENTRY)
                while (length > 1 && path[--length] != '/')
                        ;
        hazard->path = strndup(path, length);
        return hazard->path ? -ENOLINK : -ENOMEM;
}

/* Goes down to NAME, with which the first LENGTH bytes of PATH end. */
static int go_down(struct walk *walk, const char *name, const char *path, size_t length)
{
        _cleanup_close_ int fd = -1;
        struct stat entry;
        int r;

        r = judge(walk, NULL, path, length);
        if (r < 0)
                return r;
        fd = directory_open_at(walk->fd, name);
        if (fd < 0)
                return fd;
        if (fstat(fd, &entry) < 0)
                return -errno;
        r = judge(walk, &entry, path, length);
        if (r < 0)
                return r;

        close(walk->fd);
        walk->fd = TAKE_FD(fd);
        walk->stat = entry;
        return 0;
}

int safe_walk(const char *path, struct path_hazard *hazard)
{
        struct walk walk = { .fd = directory_open("/"), .hazard = hazard };
        const char *p = path;
        int r = 0;

        *hazard = (struct path_hazard){ .kind = PATH_SAFE };
        if (walk.fd < 0)
                return walk.fd;
        if (fstat(walk.fd, &walk.stat) < 0)
                r = -errno;

        while (r >= 0 && *(p += strspn(p, "/"))) {
                size_t length = strcspn(p, "/");
                char *name = strndup(p, length);

                p += length;
                r = name ? go_down(&walk, name, path, (size_t) (p - path)) : -ENOMEM;
                free(name);
        }

        if (r >= 0)
                return walk.fd;
        close(walk.fd);
        return r;
}
