/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/size.h"
#include "basic/string-list.h"
#include "helpers/tool/settings/page-hints.h"

/* Mappings for all else that a process has: the kernel's default for all of them. */
#define OTHER_MAPPINGS 65530

/* A machine has this hint on the screen at each query: only where it is a good part of a GiB. */
#define WORTH_SAYING (64 * GIB)

uint64_t page_hints_declared(const struct domain *domain, enum page_type type)
{
        uint64_t size = domain_page_size(domain, type).bytes, pages;

        return !domain->error && domain->request[type].scope > REQUEST_MOUNT && size > 0 &&
                               page_request_is_fixed(&domain->request[type], size, &pages)
                       ? pages
                       : 0;
}

/* Documentation/mm/vmemmap_dedup.rst: of 8 pages of struct page for 2 MiB, and of 4096 for 1 GiB, one stays;
 * 14 MiB of each GiB at least. */
uint64_t page_hints_saving(uint64_t bytes)
{
        return bytes / 1024 * 14;
}

int page_hints_vmemmap(const struct page_settings *settings, uint64_t bytes, uint64_t at_least,
                       char **ret)
{
        uint64_t saving = page_hints_saving(bytes);

        *ret = NULL;
        if (saving < at_least || !settings->known[SETTING_OPTIMIZE_VMEMMAP] ||
            settings->value[SETTING_OPTIMIZE_VMEMMAP] != 0)
                return 0;
        if (asprintf(ret,
                     "%s=0; with 1, in sysctl.d(5) or on the kernel command line, "
                     "the %" PRIu64 " MiB of huge pages take about %" PRIu64 " MiB less memory",
                     page_setting_name(SETTING_OPTIMIZE_VMEMMAP), bytes / MIB, saving / MIB) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 0;
}

/* DPDK maps the file of each page by itself, and, with --legacy-mem, twice before it puts them in order. */
static int find_mappings(const struct page_settings *settings, const struct domain_pages *largest,
                         char **ret)
{
        uint64_t most = settings->value[SETTING_MAX_MAP_COUNT];

        if (!settings->known[SETTING_MAX_MAP_COUNT] || largest->pages == 0 ||
            largest->pages < most / 2)
                return 0;
        if (asprintf(ret,
                     "domain %s: %" PRIu64 " pages, and %s=%" PRIu64
                     "; for a program that maps each page by itself, as DPDK does, "
                     "write %s=%" PRIu64 " into a file of sysctl.d(5)",
                     largest->name, largest->pages, page_setting_name(SETTING_MAX_MAP_COUNT), most,
                     page_setting_name(SETTING_MAX_MAP_COUNT),
                     2 * largest->pages + OTHER_MAPPINGS) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 0;
}

int page_hints_find(const struct page_settings *settings, const struct domain_pages *domains,
                    size_t n, char ***ret)
{
        _cleanup_free_ char *mappings = NULL, *vmemmap = NULL;
        struct domain_pages largest = {};
        uint64_t bytes = 0;
        size_t n_hints = 0;
        int r;

        for (size_t i = 0; i < n; i++) {
                bytes += domains[i].bytes;
                if (domains[i].pages > largest.pages)
                        largest = domains[i];
        }

        r = find_mappings(settings, &largest, &mappings);
        if (r >= 0 && mappings)
                r = string_list_add(ret, &n_hints, mappings);
        if (r >= 0)
                r = page_hints_vmemmap(settings, bytes, page_hints_saving(WORTH_SAYING), &vmemmap);
        if (r >= 0 && vmemmap)
                r = string_list_add(ret, &n_hints, vmemmap);
        return r;
}
