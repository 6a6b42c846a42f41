/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "basic/words/page-size.h"

/* Requirements for the base directory. */
struct base_request {
        const char *domain;
        const char *path;                    /* absolute, canonical */
        bool mounts[N_PAGE_TYPES];           /* we are going to mount these */
        bool foreign[N_PAGE_TYPES];          /* somebody else mounts these; they are left alone */
        struct page_size size[N_PAGE_TYPES]; /* of their pages; 0: the default */
        bool is_up; /* only the record is gone: see base_record_restore() */
};
