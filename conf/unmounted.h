/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Domains without mounts (Mounts=no). */

#include "conf/loader.h"

/* Leaves the domain of SECTION, which has no mounts, nothing but the pages that it reserves; warns of keys
 * that have no effect, and reports a domain that reserves nothing. -ENOMEM. */
int unmounted_settle(struct loader *loader, struct section *section);
