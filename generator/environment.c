/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/environment.h"

#include <stdlib.h>
#include <string.h>

#include "conf/switch-reason.h"

/* SYSTEMD_IN_INITRD and SYSTEMD_VIRTUALIZATION are set for generators (systemd.generator(7)). */
static bool in_initrd(void)
{
        const char *value = getenv("SYSTEMD_IN_INITRD");

        return value && strcmp(value, "1") == 0;
}

static bool in_container(void)
{
        const char *value = getenv("SYSTEMD_VIRTUALIZATION");

        return value && strncmp(value, "container:", strlen("container:")) == 0;
}

bool environment_wants_units(int root_fd)
{
        return !in_initrd() && !switch_reason(root_fd, in_container());
}
