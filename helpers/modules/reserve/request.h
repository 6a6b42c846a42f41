/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A reservation request for one domain. */

#include "basic/words/page-request.h"
#include "basic/words/page-size.h"
#include "basic/words/policy.h"
#include "helpers/modules/grow/task.h"

struct reservation_request {
        const char *domain;
        enum page_type type;
        struct page_size size;
        struct page_request pages;
        struct domain_policy policy;
        struct machine_policy machine_policy;
        struct grow_watch watch;
        struct parallel *parallel; /* NULL: only of this reservation */
};
