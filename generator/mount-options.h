/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/keys/model.h"

/* The mount options of DOMAIN's mount of TYPE, and the file system that understands them. min_size=
 * may be known only when the pages are reserved; then the file system is "fd-shmem", whose mount
 * helper fills it in. The caller frees *RET_OPTIONS; *RET_FILE_SYSTEM is static. */
int mount_options(const struct domain *domain, enum page_type type, const char **ret_file_system,
                  char **ret_options);
