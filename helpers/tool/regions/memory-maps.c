/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mappings of a process, and the nodes of their pages. */

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/tool/regions/memory-scan.h"

static int note_mapping(struct scan *scan, const struct process_mapping *mapping, uint32_t region)
{
        _cleanup_free_ char *path = NULL;
        int r;

        if (region == REGION_NONE) {
                path = strdup(mapping->path);
                if (!path)
                        return -ENOMEM;
        }
        r = grow_array(&scan->mappings, scan->n_mappings, &scan->mappings_room);
        if (r < 0)
                return r;

        scan->mappings[scan->n_mappings++] = (struct scan_mapping){
                .start = mapping->start,
                .size = mapping->end - mapping->start,
                .region = region,
                .device = mapping->device,
                .inode = mapping->inode,
                .path = TAKE_PTR(path),
        };
        return 0;
}

static int find_late(struct scan *scan, uint32_t mount, const struct process_mapping *mapping,
                     uint32_t *ret_region)
{
        struct region shown = {
                .inode = mapping->inode,
                .mount = mount,
                .size = mapping->offset + mapping->end - mapping->start,
        };
        char link[64], *slash;
        int r;

        snprintf(link, sizeof(link), "map_files/%" PRIx64 "-%" PRIx64, mapping->start,
                 mapping->end);
        r = scan_late_region(scan, mount, link, ret_region);
        if (r == 0 || r == -ENOMEM)
                return r;

        shown.deleted = process_path_unescape(mapping->path);
        slash = strrchr(mapping->path, '/');
        shown.name = slash ? slash + 1 : mapping->path;
        return regions_add_late(scan->regions, &shown, ret_region);
}

static int map_region(struct scan *scan, uint32_t mount, const struct process_mapping *mapping)
{
        uint32_t region = regions_find(scan->regions, mount, mapping->inode);
        const struct region *mapped;
        int r;

        if (region == REGION_NONE) {
                r = find_late(scan, mount, mapping, &region);
                if (r < 0)
                        return r;
        }
        r = scan_enter_process(scan);
        if (r < 0)
                return r;
        r = regions_hold(scan->regions, region, scan->process, HOLDER_MAPPED);
        if (r < 0)
                return r;

        mapped = scan->regions->items + region;
        scan->want_nodes |= mapped->allocated > 0 &&
                            (mapped->nodes.n == 0 || mapped->shown < mapped->allocated);
        return note_mapping(scan, mapping, region);
}

static int take_mapping(struct scan *scan, char *line, void *userdata)
{
        struct process_mapping mapping;
        uint32_t mount;

        if (process_mapping_parse(line, &mapping) < 0 || mapping.path[0] != '/')
                return 0;
        if (regions_has_device(scan->regions, mapping.device, &mount))
                return map_region(scan, mount, &mapping);

        /* Memory that is only promised yet shows in no count of the process, but by its name. */
        if (scan->hugetlb == 0 && strncmp(mapping.path, "/anon_hugepage", 14) != 0)
                return 0;
        scan->want_nodes = true;
        return note_mapping(scan, &mapping, REGION_NONE);
}

/* Keep the counts of the holder that accounts for most pages. Pages that a process maps twice count once. */
static int show_region(struct scan *scan, struct region *region, const struct process_nodes *nodes)
{
        uint64_t bytes = 0;
        int r;

        for (unsigned i = 0; i < nodes->n; i++)
                bytes += nodes->nodes[i].pages * nodes->page_size;
        if (bytes == 0)
                return 0;

        if (region->nodes.n > 0 && region->shown_by == scan->process) {
                if (region->shown + bytes > region->allocated)
                        return 0;
        } else if (bytes > region->shown) {
                node_pages_done(&region->nodes);
                region->shown = 0;
        } else {
                return 0;
        }

        region->shown_by = scan->process;
        region->shown += bytes;
        for (unsigned i = 0; i < nodes->n; i++) {
                r = node_pages_add(&region->nodes, nodes->nodes[i].node, nodes->nodes[i].pages);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Both files list mappings by ascending address: one walk along both. */
static int take_nodes(struct scan *scan, char *line, void *userdata)
{
        size_t *next = userdata;
        const struct scan_mapping *mapping;
        struct process_nodes nodes;

        if (*next == scan->n_mappings || process_nodes_parse(line, &nodes) < 0)
                return 0;
        while (*next < scan->n_mappings && scan->mappings[*next].start < nodes.start)
                ++*next;
        if (*next == scan->n_mappings || scan->mappings[*next].start != nodes.start)
                return 0;

        mapping = scan->mappings + (*next)++;
        if (mapping->region != REGION_NONE)
                return show_region(scan, scan->regions->items + mapping->region, &nodes);
        return nodes.huge ? scan_use_mapping(scan, mapping, &nodes) : 0;
}

int scan_mappings(struct scan *scan)
{
        size_t next = 0;
        int r;

        r = scan_lines(scan, "maps", take_mapping, NULL);
        if (r < 0 || !scan->want_nodes)
                return r;

        r = scan_lines(scan, "numa_maps", take_nodes, &next);
        return r == -ENOENT ? 0 : r; /* a kernel without NUMA */
}
