/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/near.h"

#include <string.h>

#include "basic/log.h"

/* A device, and the word that means it. */
struct match {
        const struct device_spec *spec;
        const struct device *device;
};

struct matches {
        struct match *list; /* no device twice */
        size_t n;
};

static bool has_device(const struct matches *matches, const struct device *device)
{
        for (size_t i = 0; i < matches->n; i++)
                if (matches->list[i].device == device)
                        return true;
        return false;
}

static bool is_in_another(const struct matches *matches, const struct device *device)
{
        for (size_t i = 0; i < matches->n; i++)
                if (device_is_in(device, matches->list[i].device))
                        return true;
        return false;
}

static int refuse_absent(const struct device_spec *spec)
{
        return log_error_errno(ENODEV,
                               "%s: this machine has no such device; look whether it is broken, or "
                               "its driver missing, or write ?%s in Devices= if it may be absent",
                               spec->text, spec->text);
}

/* Collects the devices that the words of LIST mean. MATCHES has room for all. */
static int find_devices(const struct devices *devices, const struct device_list *list,
                        struct matches *matches)
{
        for (size_t k = 0; k < list->n; k++) {
                const struct device_spec *spec = &list->specs[k];
                const struct device *device;
                size_t i = 0;

                if (!devices_have(devices, spec)) {
                        if (!spec->optional)
                                return refuse_absent(spec);
                        log_info("%s: not there, and may be absent", spec->text);
                }
                while ((device = devices_next(devices, spec, &i)))
                        if (!has_device(matches, device))
                                matches->list[matches->n++] = (struct match){ spec, device };
        }
        return 0;
}

static size_t find_place(const struct allocation_place *places, size_t n, int node)
{
        for (size_t i = 0; i < n; i++)
                if (node >= 0 && places[i].node == (unsigned) node)
                        return i;
        return n;
}

/* The index of the place of MATCH; N: it is not known. */
static size_t place_of(const struct match *match, const struct allocation_place *places, size_t n)
{
        const struct device *device = match->device;
        size_t i = find_place(places, n, device->node);

        if (i < n) {
                log_info("%s: %s is on node %u", match->spec->text, device->name, places[i].node);
                return i;
        }
        i = n == 1 ? 0 : find_place(places, n, device->memory_node);
        if (i == n)
                return n;
        if (device->node < 0)
                log_info("%s: the machine does not say on which node %s is; it has one with "
                         "memory, node %u",
                         match->spec->text, device->name, places[i].node);
        else
                log_info("%s: %s is on node %d, which has no memory; the nearest that has is node "
                         "%u",
                         match->spec->text, device->name, device->node, places[i].node);
        return i;
}

static int accept_unplaced(const struct match *match, const struct domain_policy *policy, size_t n)
{
        if (policy->shortage == SHORTAGE_FAIL)
                return log_error_errno(
                        ENXIO,
                        "%s: the machine does not say on which of its %zu nodes %s is "
                        "(numa_node is -1); ask for pages by NODE:AMOUNT, or spread them evenly "
                        "by Shortage=continue",
                        match->spec->text, n, match->device->name);

        log_warning("%s: the machine does not say on which of its %zu nodes %s is (numa_node is "
                    "-1): its pages are spread evenly over them",
                    match->spec->text, n, match->device->name);
        return 0;
}

int near_count(const struct devices *devices, const struct domain_policy *policy,
               const struct allocation_place *places, size_t n, uint64_t *counts,
               uint64_t *ret_unplaced)
{
        _cleanup_free_ struct match *list = calloc(devices->n ?: 1, sizeof(*list));
        struct matches matches = { .list = list };
        int r;

        if (!list)
                return log_oom();
        memset(counts, 0, n * sizeof(*counts));
        *ret_unplaced = 0;

        r = find_devices(devices, &policy->devices, &matches);
        for (size_t i = 0; i < matches.n && r >= 0; i++) {
                size_t place;

                if (is_in_another(&matches, matches.list[i].device))
                        continue;
                place = place_of(&matches.list[i], places, n);
                if (place < n) {
                        counts[place]++;
                        continue;
                }
                r = accept_unplaced(&matches.list[i], policy, n);
                ++*ret_unplaced;
        }
        return r;
}

/* What AMOUNT, TIMES times, is on each place if it is spread evenly: of a share, that much of the average
 * node. */
static int spread(const struct amount *amount, uint64_t times, struct page_size size,
                  const struct allocation_place *places, size_t n, uint64_t *pages)
{
        uint64_t total = 0;

        if (amount->kind != AMOUNT_PERCENT)
                total = amount_pages(amount, size.bytes, 0);
        for (size_t i = 0; i < n && amount->kind == AMOUNT_PERCENT; i++)
                total += amount_pages(amount, size.bytes, places[i].total) / n;
        if (__builtin_mul_overflow(total, times, &total))
                return -ERANGE;

        for (size_t i = 0; i < n; i++)
                if (__builtin_add_overflow(pages[i], total / n + (i < total % n), &pages[i]))
                        return -ERANGE;
        return 0;
}

/* Sets the pages of each place from the COUNTS of its devices. */
static int count_pages(const struct page_request *request, struct page_size size,
                       const struct allocation_place *places, size_t n, const uint64_t *counts,
                       uint64_t unplaced, uint64_t *pages)
{
        bool each = request->scope == REQUEST_DEVICE;

        for (size_t i = 0; i < n; i++) {
                uint64_t times = each ? counts[i] : counts[i] > 0;

                if (__builtin_mul_overflow(
                            amount_pages(&request->amount, size.bytes, places[i].total), times,
                            &pages[i]))
                        return -ERANGE;
        }
        return unplaced > 0 ? spread(&request->amount, each ? unplaced : 1, size, places, n, pages)
                            : 0;
}

static int make_request(const struct allocation_place *places, size_t n, const uint64_t *pages,
                        struct page_size size, struct page_request *ret)
{
        struct page_request request = {
                .scope = REQUEST_NODES,
                .nodes = calloc(n, sizeof(*request.nodes)),
        };
        uint64_t sum = 0, bytes;

        if (!request.nodes)
                return log_oom();
        for (size_t i = 0; i < n; i++) {
                if (pages[i] == 0)
                        continue;
                request.nodes[request.n_nodes++] = (struct node_amount){
                        .node = places[i].node,
                        .amount = { .kind = AMOUNT_PAGES, .value = pages[i] },
                };
                if (__builtin_add_overflow(sum, pages[i], &sum) ||
                    __builtin_mul_overflow(sum, size.bytes, &bytes)) {
                        page_request_done(&request);
                        return log_error_errno(ERANGE, "The total over all devices is too large");
                }
        }
        *ret = request;
        return 0;
}

int near_resolve(const struct devices *devices, const struct domain_policy *policy,
                 const struct allocation_place *places, size_t n, struct page_size size,
                 const struct page_request *request, struct page_request *ret)
{
        _cleanup_free_ uint64_t *counts = calloc(n, sizeof(*counts));
        _cleanup_free_ uint64_t *pages = calloc(n, sizeof(*pages));
        uint64_t unplaced;
        int r;

        if (!counts || !pages)
                return log_oom();

        r = near_count(devices, policy, places, n, counts, &unplaced);
        if (r < 0)
                return r;
        if (count_pages(request, size, places, n, counts, unplaced, pages) < 0)
                return log_error_errno(ERANGE, "The total over all devices is too large");
        return make_request(places, n, pages, size, ret);
}

int near_allocation_on(const struct devices *devices, const struct domain_policy *policy,
                       const struct allocation_place *places, size_t n, struct page_size size,
                       const struct page_request *request, struct allocation *ret)
{
        _cleanup_(page_request_done) struct page_request resolved = {};
        int r;

        if (!page_request_is_near(request))
                return allocation_resolve_on(places, n, size, request, ret);

        r = near_resolve(devices, policy, places, n, size, request, &resolved);
        return r < 0 ? r : allocation_resolve_on(places, n, size, &resolved, ret);
}

int near_allocation(const struct machine *machine, const struct domain_policy *policy,
                    struct page_size size, const struct page_request *request,
                    struct allocation *ret)
{
        _cleanup_(page_request_done) struct page_request resolved = {};
        _cleanup_free_ struct allocation_place *places = NULL;
        _cleanup_devices_ struct devices devices = {};
        size_t n;
        int r;

        if (!page_request_is_near(request))
                return allocation_resolve(machine, size, request, ret);

        r = allocation_places(machine, &places, &n);
        if (r < 0)
                return r;
        r = devices_read(machine->sysfs, &devices);
        if (r < 0)
                return log_error_errno(r, "Cannot look for devices in /sys: %m");
        r = near_resolve(&devices, policy, places, n, size, request, &resolved);
        return r < 0 ? r : allocation_resolve(machine, size, &resolved, ret);
}

int near_nodes(const struct machine *machine, const struct domain_policy *policy, struct node_set *ret)
{
        _cleanup_free_ struct allocation_place *places = NULL;
        _cleanup_free_ uint64_t *counts = NULL;
        _cleanup_devices_ struct devices devices = {};
        uint64_t unplaced;
        size_t n;
        int r;

        *ret = (struct node_set){};
        r = allocation_places(machine, &places, &n);
        if (r < 0)
                return r;
        r = devices_read(machine->sysfs, &devices);
        if (r < 0)
                return log_error_errno(r, "Cannot look for devices in /sys: %m");
        counts = calloc(n ?: 1, sizeof(*counts));
        if (!counts)
                return log_oom();
        r = near_count(&devices, policy, places, n, counts, &unplaced);
        for (size_t i = 0; i < n && r >= 0 && unplaced == 0; i++)
                ret->has[places[i].node] = counts[i] > 0;
        return r;
}
