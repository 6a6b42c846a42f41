/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <dirent.h>
#include <sys/types.h>

/* The next process of the open directory PROCFS, this one too; 0: there are no more. */
pid_t process_list_next(DIR *procfs);
