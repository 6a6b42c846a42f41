/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Requests that depend on where the domain's devices are: near:AMOUNT and device:AMOUNT. */

#include "basic/words/node-set.h"
#include "basic/words/policy.h"
#include "helpers/modules/devices/devices.h"
#include "helpers/modules/reserve/allocation.h"

/* Counts, for each of the N PLACES, the devices of POLICY on its node, and in *RET_UNPLACED those of which the
 * machine does not say where they are. A device in another one that is named too is counted with it. Logs where
 * each is. -ENODEV: a device that must be there is not; -ENXIO: the machine does not say where one is, and has
 * several nodes, and the policy is to fail on a shortage (both logged). */
int near_count(const struct devices *devices, const struct domain_policy *policy,
               const struct allocation_place *places, size_t n, uint64_t *counts,
               uint64_t *ret_unplaced);

/* The nodes that have one of the devices of POLICY on this machine; none: the memory is to be of any node,
 * because a device that may be absent is, or the machine does not say where one is. Errors as near_count(). */
int near_nodes(const struct machine *machine, const struct domain_policy *policy, struct node_set *ret);

/* REQUEST, near devices, as one that names nodes and pages; with no node if all devices are absent that may be.
 * Errors as near_count(), -ERANGE; logged. RET is to be freed by page_request_done(). */
int near_resolve(const struct devices *devices, const struct domain_policy *policy,
                 const struct allocation_place *places, size_t n, struct page_size size,
                 const struct page_request *request, struct page_request *ret);

/* As allocation_resolve_on(), of any request, on a machine that is known by PLACES and DEVICES. */
int near_allocation_on(const struct devices *devices, const struct domain_policy *policy,
                       const struct allocation_place *places, size_t n, struct page_size size,
                       const struct page_request *request, struct allocation *ret);

/* As allocation_resolve(), of any request. */
int near_allocation(const struct machine *machine, const struct domain_policy *policy,
                    struct page_size size, const struct page_request *request,
                    struct allocation *ret);
