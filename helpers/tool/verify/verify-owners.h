/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who there is, and who will be when a domain is handed over. */

#include <stdbool.h>
#include <string.h>

#include "conf/model.h"

/* Checks User= and Group= of the domains of CONFIG: in an IMAGE below ROOT against its etc/passwd,
 * etc/group, those of usr/lib, and its sysusers.d; else by the name service of this machine, and its
 * sysusers.d. In an image nobody else can be there so early in the boot: an error; here somebody may
 * still be created: a warning. An image without any of these files says nothing: *RET_KNOWN is false
 * then. */
int verify_owners(int root, bool image, const struct config *config, config_report_t report,
                  void *userdata, bool *ret_known);

/* Whether TEXT, which names a user or group, is a number. */
static inline bool is_number(const char *text)
{
        return text[strspn(text, "0123456789")] == '\0';
}
