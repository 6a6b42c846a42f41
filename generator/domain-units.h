/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One domain -> its units. Names and dependencies of the static units they extend are in units/. */

#include "conf/keys/model.h"
#include "generator/mount-layout.h"
#include "generator/size-order.h"
#include "generator/text/output.h"

/* Writes the units of a good domain, whose reservations are in ORDER: drop-ins of its services, and its mounts. Logs failures. */
int domain_write_units(const struct output *output, const struct config *config,
                       const struct size_order *order, const struct mount_layout *layout);

/* Writes the drop-ins of a domain that must not be started: its target's description shows the
 * error, and fd-shmem-prepare@DOMAIN.service logs it and fails. Logs failures. */
int domain_write_error(const struct output *output, const struct domain *domain);
