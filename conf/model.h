/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parsed configuration: domains and the global section, with every problem found and its place.
 * Independent of units and hardware. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/page-request.h"
#include "basic/page-type.h"
#include "basic/policy.h"
#include "conf/file-stamp.h"

/* Where something was written: the file's path as the user knows it (without the root prefix). LINE
 * counts from 1; 0 is the file as a whole. */
struct location {
        char *file;
        unsigned line;
};

enum normal_scope { NORMAL_NONE, NORMAL_MOUNT, NORMAL_SIZE };

struct domain {
        char *name;
        struct location where; /* the first section header that named it */
        char *path;            /* canonical below the root: absolute, normalised, no links in it;
                                * for a bad domain possibly the text as written, but never NULL */
        char *declared_path;   /* as written */
        char *user;            /* name or number as written; default "root" */
        char *group;           /* name or number as written; NULL: the user's login group */
        mode_t mode;           /* 0000..07777 */
        struct page_request request[N_PAGE_TYPES]; /* huge and gigantic; [PAGE_NORMAL] is unused */
        enum normal_scope normal;
        struct amount normal_size; /* NORMAL_SIZE: bytes or percent */
        bool min_size;
        struct domain_policy policy;
        bool repair;
        char *options; /* further mount options, or NULL */
        bool boot;
        /* The first error that concerns this domain, "FILE:LINE: message"; NULL if it is good. All
         * errors have been reported by then; a domain with an error must not be started. */
        char *error;
};

/* More are a mistake, for instance of a program that generates configuration; each domain needs
 * several units. */
#define CONFIG_DOMAINS_MAX 1000
#define CONFIG_TOO_MANY    "more than 1000 domains are declared, starting none of them"

struct config {
        struct domain *domains; /* in the order in which they were first named */
        size_t n_domains;
        struct machine_policy policy;
        uint64_t watch_usec;       /* 0: no checks */
        char **files;              /* every file that was read, in order; NULL-ended */
        struct file_stamp *stamps; /* of each */
};

/* Receives every problem as it is found. LEVEL: LOG_ERR or LOG_WARNING. FILE may be NULL. */
typedef void (*config_report_t)(int level, const char *file, unsigned line, const char *message,
                                void *userdata);

/* Reads the configuration below the root directory ROOT_FD: /etc, /run, /usr/local/lib, /usr/lib,
 * the first fd-shmem.conf, then the *.conf of fd-shmem.conf.d merged by name. No configuration at
 * all is a config with no domains. Problems in the text are passed to REPORT (may be NULL), up to a
 * limit for each level and then their number, and disable single domains; negative errno only when
 * no sensible result is possible (out of memory, I/O error). -E2BIG: there are more than
 * CONFIG_DOMAINS_MAX domains, as passed to REPORT; RET then contains no domain, only the files. */
int config_load(int root_fd, config_report_t report, void *userdata, struct config *ret);

/* The same for one file, without search path and drop-ins (for checking a file before installing).
 * */
int config_load_file(int root_fd, const char *path, config_report_t report, void *userdata,
                     struct config *ret);

/* Receives where things are written, in the order in which the files are read: each header of a section
 * (KEY is NULL), and each key that such a section has; a later one takes the place of an earlier. */
typedef void (*config_watch_t)(const char *section, const char *key, const char *file,
                               unsigned line, void *userdata);

/* As config_load(), or, with a PATH, config_load_file(); WATCH is called for everything that is
 * read. */
int config_load_watched(int root_fd, const char *path, config_report_t report, config_watch_t watch,
                        void *userdata, struct config *ret);

/* The domain NAME, or NULL. */
const struct domain *config_find(const struct config *config, const char *name);

void config_done(struct config *config);

#define _cleanup_config_ _cleanup_(config_done)
