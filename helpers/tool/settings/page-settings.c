/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/settings/page-settings.h"
#include "helpers/modules/kernel/sysfs.h"

static const struct {
        const char *name, *path;
} settings[] = {
        [SETTING_MAX_MAP_COUNT] = { "vm.max_map_count", "sys/vm/max_map_count" },
        [SETTING_SHM_GROUP] = { "vm.hugetlb_shm_group", "sys/vm/hugetlb_shm_group" },
        [SETTING_OPTIMIZE_VMEMMAP] = { "vm.hugetlb_optimize_vmemmap",
                                       "sys/vm/hugetlb_optimize_vmemmap" },
};

const char *page_setting_name(enum page_setting setting)
{
        return settings[setting].name;
}

void page_settings_read(int procfs, struct page_settings *ret)
{
        *ret = (struct page_settings){};
        for (unsigned i = 0; i < N_PAGE_SETTINGS; i++)
                ret->known[i] = sysfs_read_u64(procfs, settings[i].path, ret->value + i) >= 0;
}
