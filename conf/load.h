/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads the configuration. */

#include "conf/callbacks.h"
#include "conf/keys/model.h"

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

/* As config_load(), or, with a PATH, config_load_file(); WATCH is called for everything that is
 * read. */
int config_load_watched(int root_fd, const char *path, config_report_t report, config_watch_t watch,
                        void *userdata, struct config *ret);

/* The domain NAME, or NULL. */
const struct domain *config_find(const struct config *config, const char *name);

/* Whether a domain, good or bad, is started at boot as BOOT says (domain_boot()). */
bool config_boots(const struct config *config, enum boot boot);

void config_done(struct config *config);

#define _cleanup_config_ _cleanup_(config_done)
