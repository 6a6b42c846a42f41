/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Users and groups that exist, or will exist when a domain is handed over. */

#include <stdbool.h>
#include <string.h>

#include "conf/load.h"

/* Checks User= and Group= of the domains of CONFIG: in an IMAGE below ROOT against its etc/passwd,
 * etc/group, those of usr/lib, and its sysusers.d; else by the name service of this machine, and
 * its sysusers.d. In an image no other user can exist so early in the boot: an error; on this
 * machine it may still be created: a warning, as it is where a file that may name it cannot be read.
 * With an image without any of these files nothing is known: *RET_KNOWN is false then. */
int verify_owners(int root, bool image, const struct config *config, config_report_t report,
                  void *userdata, bool *ret_known);

/* Whether TEXT, which names a user or group, is a number. */
static inline bool is_number(const char *text)
{
        return text[strspn(text, "0123456789")] == '\0';
}
