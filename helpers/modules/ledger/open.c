/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/open.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "basic/log.h"

static int open_directory(int dirfd, const char *root, const char *path)
{
        int fd = openat(dirfd, path, O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return fd >= 0 ? fd : log_error_errno(errno, "Cannot open %s/%s: %m", root, path);
}

int machine_open(const char *root, struct machine *ret)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_close_ int top = open(root[0] ? root : "/", O_DIRECTORY | O_CLOEXEC);

        if (top < 0)
                return log_error_errno(errno, "Cannot open %s: %m", root[0] ? root : "/");

        machine.sysfs = open_directory(top, root, "sys");
        if (machine.sysfs < 0)
                return machine.sysfs;
        machine.procfs = open_directory(top, root, "proc");
        if (machine.procfs < 0)
                return machine.procfs;
        if (mkdirat(top, "run/fd-shmem", 0755) < 0 && errno != EEXIST)
                return log_error_errno(errno, "Cannot create %s/run/fd-shmem: %m", root);
        machine.state = open_directory(top, root, "run/fd-shmem");
        if (machine.state < 0)
                return machine.state;

        *ret = machine;
        machine = (struct machine) MACHINE_NULL;
        return 0;
}
