/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/processes/process-list.h"

#include "basic/io.h"

#include <stdlib.h>

pid_t process_list_next(DIR *procfs)
{
        struct dirent *entry;
        pid_t pid = 0;

        while (pid <= 0 && (entry = io_next_entry(procfs)))
                pid = atoi(entry->d_name);
        return pid > 0 ? pid : 0;
}
