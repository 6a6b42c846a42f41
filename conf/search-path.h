/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which files make up the configuration, as systemd does it (systemd.syntax(7), CONFIGURATION
 * DIRECTORIES AND PRECEDENCE). Nothing outside of the root directory is looked at, wherever links
 * lead. */

#include <stddef.h>

/* A list of strings, each the list's own. Zero is an empty one. */
struct file_list {
        char **paths;
        size_t n;
};

/* Appends a copy of PATH. */
int file_list_add(struct file_list *list, const char *path);

void file_list_done(struct file_list *list);

struct search {
        int root_fd;
        const char *name; /* "fd-shmem.conf" */
        /* Receives each directory, or the credential, that cannot be read, with negative errno; it
         * counts as empty. */
        void (*problem)(const char *directory, int error, void *userdata);
        void *userdata;
};

/* Where PID 1 keeps what was given to the whole system, in a container by a link to what its manager
 * gave. Encrypted ones are elsewhere: they are for services alone. */
#define SEARCH_CREDENTIALS "/run/credentials/@system"

/* Finds the main file in the first directory of /etc, /run, /usr/local/lib, /usr/lib that has one,
 * then the drop-ins of all four (*.conf in NAME.d), sorted by name; only the first file of each
 * name is used. Links to /dev/null are listed, too: they mask the files of the same name. The last is
 * the system credential NAME, which nothing masks; one that others than root can change is left out,
 * and passed to PROBLEM with -ENOLINK, as are those of -EACCES, which only root may read. -ENOMEM. */
int search_files(const struct search *search, struct file_list *ret);
