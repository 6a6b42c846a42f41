/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Settings of the kernel around huge pages. They are sysctl.d(5)'s: nothing here writes them. */

#include <stdbool.h>
#include <stdint.h>

enum page_setting {
        SETTING_MAX_MAP_COUNT,    /* mappings that a process may have */
        SETTING_SHM_GROUP,        /* the group that may have SysV segments of huge pages */
        SETTING_OPTIMIZE_VMEMMAP, /* 1: less memory is kept for the pages' descriptions */
        N_PAGE_SETTINGS,
};

struct page_settings {
        bool known[N_PAGE_SETTINGS];
        uint64_t value[N_PAGE_SETTINGS];
};

/* "vm.max_map_count", as sysctl.d(5) has it. */
const char *page_setting_name(enum page_setting setting);

/* Reads all of them below the directory PROCFS; those that cannot be read are unknown. */
void page_settings_read(int procfs, struct page_settings *ret);
