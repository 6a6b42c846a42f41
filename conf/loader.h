/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The configuration while it is being read: sections, and the place of each value. */

#include <stdbool.h>

#include "conf/file.h"
#include "conf/keys/keys.h"
#include "conf/keys/model.h"
#include "conf/callbacks.h"
#include "conf/search-path.h"

/* The section for settings that apply to all domains. */
#define GLOBAL_NAME "fd-shmem"

/* Where a value was written; FILE is NULL for a default. */
struct place {
        const char *file;
        unsigned line;
};

struct section {
        enum section_kind kind;
        const char *name;
        void *object;                  /* SECTION_DOMAIN: &domain, SECTION_GLOBAL: the config */
        struct place where;            /* the first header */
        struct place places[KEYS_MAX]; /* by the index of the key; includes keys without a value */
        bool bad[KEYS_MAX];            /* the last value of the key was refused */
        struct domain domain;
};

struct loader {
        int root_fd;
        config_report_t report;
        config_watch_t watch; /* may be NULL */
        void *userdata;
        struct config *config;
        struct section global;
        struct section **sections; /* of domains, in the order in which they were first named */
        size_t n_sections;
        void *by_name;           /* the same as a tree of tsearch(3) */
        struct section *current; /* NULL: the following lines belong to no section */
        bool lost;               /* CURRENT is NULL because of a header with an error */
        const char *file;        /* being read; owned by FILES */
        struct file_list files;
        struct file_stamp *stamps; /* of FILES */
        unsigned n_errors, n_warnings;
        bool too_many; /* domains */
        int error;     /* -ENOMEM from inside a callback */
};

/* Reports a problem at PLACE (whose FILE may be NULL). With LOG_ERR it becomes the error of
 * SECTION's domain (SECTION may be NULL), unless it already has one. */
void loader_problem(struct loader *loader, int level, struct section *section,
                    const struct place *place, const char *format, ...)
        __attribute__((format(printf, 5, 6)));

/* Whether so many problems of the LEVEL have been reported that this one is only counted, as it is here. */
bool loader_is_one_of_many(struct loader *loader, int level);

/* Reports how many problems were left out. */
void loader_report_rest(struct loader *loader);

/* Reads one file's sections into LOADER. A file that cannot be read is a problem, not a failure, and
 * its errno is returned all the same; -ENOMEM is a failure. */
int loader_read(struct loader *loader, const char *path);

/* Sets every key of SECTION to its default. -ENOMEM. */
int section_reset(struct section *section);

/* Where the value of the domain's key NAME was written, or else the section's header. */
const struct place *section_place(const struct section *section, const char *name);
