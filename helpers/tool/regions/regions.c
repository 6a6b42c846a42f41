/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/regions/regions.h"

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"

int node_pages_add(struct node_pages_list *list, unsigned node, uint64_t pages)
{
        struct node_pages *items;
        size_t at = 0;

        while (at < list->n && list->items[at].node < node)
                at++;
        if (at < list->n && list->items[at].node == node) {
                list->items[at].pages += pages;
                return 0;
        }

        items = reallocarray(list->items, list->n + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        memmove(items + at + 1, items + at, (list->n - at) * sizeof(*items));
        items[at] = (struct node_pages){ .node = node, .pages = pages };
        list->items = items;
        list->n++;
        return 0;
}

uint64_t node_pages_sum(const struct node_pages_list *list)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < list->n; i++)
                sum += list->items[i].pages;
        return sum;
}

int node_pages_text(const struct node_pages_list *list, char **ret)
{
        _cleanup_free_ char *text = NULL;
        size_t size;
        FILE *out;

        *ret = NULL;
        if (list->n == 0)
                return 0;
        out = open_memstream(&text, &size);
        if (!out)
                return -ENOMEM;

        for (size_t i = 0; i < list->n; i++)
                fprintf(out, "%s%u:%" PRIu64, i ? " " : "", list->items[i].node,
                        list->items[i].pages);
        if (fclose(out) != 0)
                return -ENOMEM;
        *ret = TAKE_PTR(text);
        return 0;
}

void node_pages_done(struct node_pages_list *list)
{
        free(list->items);
        *list = (struct node_pages_list){};
}

/* Fibonacci hashing (Knuth, 6.4): inode numbers are mostly consecutive, and mounts few. */
static size_t slot_of(const struct regions *regions, uint32_t mount, ino_t inode)
{
        uint64_t key = ((uint64_t) inode ^ (uint64_t) mount << 48) * UINT64_C(0x9e3779b97f4a7c15);

        return (size_t) (key >> 32) & (regions->n_slots - 1);
}

static void enter(struct regions *regions, uint32_t index)
{
        const struct region *region = regions->items + index;
        size_t slot = slot_of(regions, region->mount, region->inode);

        while (regions->slots[slot] != REGION_NONE)
                slot = (slot + 1) & (regions->n_slots - 1);
        regions->slots[slot] = index;
}

/* (Re)builds the hash table with room for twice the number of regions. */
static int rehash(struct regions *regions)
{
        size_t n_slots = 64;
        uint32_t *slots;

        while (n_slots < 4 * regions->n)
                n_slots *= 2;
        slots = malloc(n_slots * sizeof(*slots));
        if (!slots)
                return -ENOMEM;

        free(regions->slots);
        regions->slots = slots;
        regions->n_slots = n_slots;
        memset(slots, 0xff, n_slots * sizeof(*slots));
        for (size_t i = 0; i < regions->n; i++)
                enter(regions, (uint32_t) i);
        return 0;
}

static int compare_regions(const void *a, const void *b)
{
        const struct region *x = a, *y = b;

        if (x->mount != y->mount)
                return x->mount < y->mount ? -1 : 1;
        return strcmp(x->name, y->name);
}

int regions_index(struct regions *regions)
{
        if (regions->n > 0)
                qsort(regions->items, regions->n, sizeof(*regions->items), compare_regions);
        regions->n_named = regions->n;
        return rehash(regions);
}

bool regions_has_device(const struct regions *regions, dev_t device, uint32_t *ret_mount)
{
        for (size_t i = 0; i < regions->n_mounts; i++)
                if (regions->devices[i] == device) {
                        *ret_mount = (uint32_t) i;
                        return true;
                }
        return false;
}

uint32_t regions_find(const struct regions *regions, uint32_t mount, ino_t inode)
{
        size_t slot = slot_of(regions, mount, inode);
        uint32_t index;

        while ((index = regions->slots[slot]) != REGION_NONE) {
                const struct region *region = regions->items + index;

                if (region->inode == inode && region->mount == mount)
                        return index;
                slot = (slot + 1) & (regions->n_slots - 1);
        }
        return REGION_NONE;
}

int regions_add_late(struct regions *regions, const struct region *region, uint32_t *ret_region)
{
        struct region added = *region;
        int r;

        added.first_holding = REGION_NONE;
        added.name = strdup(region->name);
        if (!added.name)
                return -ENOMEM;
        r = grow_array(&regions->items, regions->n, &regions->room);
        if (r < 0) {
                free(added.name);
                return r;
        }
        regions->items[regions->n++] = added;

        *ret_region = (uint32_t) (regions->n - 1);
        if (regions->n_slots < 2 * regions->n)
                return rehash(regions);
        enter(regions, *ret_region);
        return 0;
}

int regions_hold(struct regions *regions, uint32_t region, uint32_t process, unsigned use)
{
        uint32_t first = regions->items[region].first_holding;
        int r;

        if (first != REGION_NONE && regions->holdings[first].process == process) {
                regions->holdings[first].use |= use;
                return 0;
        }

        r = grow_array(&regions->holdings, regions->n_holdings, &regions->holdings_room);
        if (r < 0)
                return r;
        regions->holdings[regions->n_holdings] = (struct holding){
                .process = process,
                .region = region,
                .next = first,
                .use = use,
        };
        regions->items[region].first_holding = (uint32_t) regions->n_holdings++;
        return 0;
}

int regions_hold_directory(struct regions *regions, uint32_t mount, uint32_t process, unsigned use)
{
        size_t n = regions->n_directories;
        int r;

        for (size_t i = n; i > 0 && regions->directories[i - 1].process == process; i--)
                if (regions->directories[i - 1].region == mount) {
                        regions->directories[i - 1].use |= use;
                        return 0;
                }

        r = grow_array(&regions->directories, n, &regions->directories_room);
        if (r < 0)
                return r;
        regions->directories[regions->n_directories++] = (struct holding){
                .process = process,
                .region = mount,
                .next = REGION_NONE,
                .use = use,
        };
        return 0;
}

size_t regions_of_mount(const struct regions *regions, uint32_t mount, size_t *ret_first)
{
        size_t low = 0, high = regions->n_named, first;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (regions->items[middle].mount < mount)
                        low = middle + 1;
                else
                        high = middle;
        }

        first = low;
        while (low < regions->n_named && regions->items[low].mount == mount)
                low++;
        *ret_first = first;
        return low - first;
}

void regions_done(struct regions *regions)
{
        for (size_t i = 0; i < regions->n; i++) {
                free(regions->items[i].name);
                node_pages_done(&regions->items[i].nodes);
        }
        free(regions->items);
        free(regions->devices);
        free(regions->slots);
        free(regions->holdings);
        free(regions->directories);
        *regions = (struct regions){};
}
