/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Conditions of domains, which systemd evaluates as assertions of the unit that prepares the domain. */

#include "helpers/modules/manager/manager.h"

enum unmet {
        UNMET_NONE,
        UNMET_KNOWN, /* it is known which condition was not met */
        UNMET_EARLIER, /* one of them was not; systemd has been reloaded since, and may see it otherwise */
};

/* Whether systemd did not start DOMAIN the last time because of its conditions, as an enum unmet: then *RET
 * says which, "ConditionMemory=>=64G is not met", and the caller frees it. Negative errno, as
 * manager_unit_string() has it. */
int conditions_unmet(sd_bus *bus, const char *domain, char **ret);

/* The conditions of DOMAIN in the units that generators have written below ROOT, "Memory=>=64G", in their
 * order; NULL: none. -ENOMEM. The caller frees by string_list_free(). */
int conditions_loaded(int root, const char *domain, char ***ret);

/* "ConditionMemory=>=64G ConditionHost=a", or "none". NULL: no memory. The caller frees. */
char *conditions_text(char *const *conditions);
