/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/namespace-owners.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "basic/cleanup.h"

ino_t namespace_own_user(void)
{
        static ino_t own;
        struct stat st;

        if (own == 0 && stat("/proc/self/ns/user", &st) == 0)
                own = st.st_ino;
        return own;
}

/* Follows the chain of user namespaces from USERNS, which is closed, up to ours. */
static void read_chain(int userns, struct namespace_owners *ret)
{
        *ret = (struct namespace_owners){};
        while (userns >= 0 && ret->n < NAMESPACE_NESTING_MAX) {
                struct stat st;
                int parent = -1;

                ret->ours = fstat(userns, &st) == 0 && st.st_ino == namespace_own_user();
                if (!ret->ours && ioctl(userns, NS_GET_OWNER_UID, &ret->uids[ret->n]) == 0) {
                        ret->n++;
                        parent = ioctl(userns, NS_GET_PARENT); /* EPERM above our own */
                }
                close(userns);
                userns = parent;
        }
        closep(&userns);
}

void namespace_read_owners(int fd, struct namespace_owners *ret)
{
        read_chain(ioctl(fd, NS_GET_USERNS), ret);
}

void namespace_read_owners_of_user(int fd, struct namespace_owners *ret)
{
        read_chain(fcntl(fd, F_DUPFD_CLOEXEC, 0), ret);
}
