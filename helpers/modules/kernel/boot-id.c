/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/boot-id.h"

#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/kernel/sysfs.h"

static char known[BOOT_ID_SIZE];

void boot_id_forget(void)
{
        known[0] = '\0';
}

int boot_id_read(const struct machine *machine, char ret[BOOT_ID_SIZE])
{
        _cleanup_free_ char *text = NULL;
        size_t length;
        int r;

        if (known[0]) {
                memcpy(ret, known, BOOT_ID_SIZE);
                return 0;
        }
        r = sysfs_read(machine->procfs, BOOT_ID_PATH, &text, NULL);
        if (r < 0)
                return r;

        length = strspn(text, "0123456789abcdef-");
        if (length != BOOT_ID_SIZE - 1 || strcmp(text + length, "\n") != 0)
                return -EBADMSG;
        memcpy(known, text, length); /* the rest is zeros */
        memcpy(ret, known, BOOT_ID_SIZE);
        return 0;
}
