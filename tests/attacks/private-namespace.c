/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* private-namespace [MOUNTS]: a mount namespace of one's own that follows no other, with MOUNTS more
 * mounts stacked on one place. */

#include <sys/resource.h>

#include "tests/attacks/attack.h"

int main(int argc, char **argv)
{
        unsigned long mounts = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

        enter_own_namespaces();
        if (mounts > 0 && mount("none", "/tmp", "tmpfs", 0, NULL) < 0)
                err(1, "mount");
        for (unsigned long i = 0; i < mounts; i++)
                if (mount("/tmp", "/tmp", NULL, MS_BIND, NULL) < 0)
                        err(1, "bind mount %lu", i);
        hold();
}
