/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/loader.h"

/* Checks that are possible only when everything has been read: the base directories below the root,
 * domains that mount nothing, domains in each other's way. Problems are reported by
 * loader_problem(). -ENOMEM. */
int validate(struct loader *loader);

/* The same for the pages of one domain: their sizes, and the amounts in them. */
void validate_pages(struct loader *loader, struct section *section);

/* The same for Devices= of one domain, and the requests that depend on it. */
void validate_devices(struct loader *loader, struct section *section);

/* The same for the mount options of one domain. */
void validate_options(struct loader *loader, struct section *section);
