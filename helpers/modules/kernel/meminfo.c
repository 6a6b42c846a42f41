/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/meminfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/modules/kernel/sysfs.h"

int meminfo_read(int sysfs, unsigned node, char **ret)
{
        char path[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/meminfo", node);
        return sysfs_read(sysfs, path, ret, NULL);
}

uint64_t meminfo_value(const char *text, const char *key)
{
        const char *found = strstr(text, key);

        return found ? strtoull(found + strlen(key), NULL, 10) * 1024 : 0;
}
