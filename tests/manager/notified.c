/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/manager/notified.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int manager = -1;

int notified_open(void **state)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        /* Abstract, in notation of sd_notify(3): "@name". */
        snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "fd-shmem-test-%d", getpid());
        manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (manager < 0 || bind(manager, (struct sockaddr *) &address,
                                (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 +
                                             strlen(address.sun_path + 1))) < 0)
                return -1;
        address.sun_path[0] = '@';
        return setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

int notified_close(void **state)
{
        return close(manager);
}

static char collected[8192];
static size_t used;

void notified_collect(void)
{
        ssize_t n;

        while (used < sizeof(collected) - 2 &&
               (n = recv(manager, collected + used, sizeof(collected) - used - 2, 0)) > 0) {
                used += (size_t) n;
                collected[used++] = '\n';
        }
        collected[used] = '\0';
}

const char *notified(void)
{
        static char text[sizeof(collected)];

        notified_collect();
        memcpy(text, collected, used + 1);
        used = 0;
        return text;
}
