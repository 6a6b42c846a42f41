/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/waiting.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "basic/log.h"

#define RETRY_MSEC 2000

/* The end of further processes is noticed only by the timeout. */
#define MAX_WATCHED 64

int waiting_for_holders(const struct holder_list *list)
{
        struct pollfd fds[MAX_WATCHED];
        nfds_t n = 0;
        int r;

        for (size_t i = 0; i < list->n && n < MAX_WATCHED; i++) {
                int fd = (int) syscall(SYS_pidfd_open, list->holders[i].pid, 0);

                if (fd >= 0)
                        fds[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
        }
        r = poll(fds, n, RETRY_MSEC) < 0 && errno != EINTR ? -errno : 0;
        while (n > 0)
                close(fds[--n].fd);

        if (r < 0)
                return log_error_errno(r, "Cannot wait for processes to end: %m");
        return 0;
}
