/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Units that require a domain which starts after them, whatever they are called. */

#include "conf/loader.h"

/* Refuses mounts in RequiredBy= that the directory of SECTION's domain is on, and those of the domain
 * itself. -ENOMEM; problems are reported. */
int validate_units(struct loader *loader, struct section *section);
