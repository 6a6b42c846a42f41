/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the generator has written for each domain, to tell which of them a reload has changed. */

#include <stddef.h>

struct generated_domain {
        char *name;
        char *text; /* of its units, without what says from which file of the configuration they are */
};

struct generated {
        struct generated_domain *domains;
        size_t n;
};

/* Reads the units that systemd works with below ROOT_FD. No generator's directory: no domains. The caller
 * releases RET by generated_done(), after a failure as well. */
int generated_read(int root_fd, struct generated *ret);

const struct generated_domain *generated_find(const struct generated *generated, const char *domain);

void generated_done(struct generated *generated);
