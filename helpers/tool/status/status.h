/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of the output of "status DOMAIN", each after an empty line, and omitted if empty.
 * -ENOMEM. */

#include "basic/string-list.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/terminal/terminal.h"

/* Pages requested and obtained, and their pools. */
int status_print_pages(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal);

/* The processes that hold it, with the number of regions of each. */
int status_print_holders(const struct query *query, const struct query_domain *domain,
                         const struct terminal *terminal);

/* Its units: the first N_PARTS are up while it is, the others take it down. */
struct status_units {
        char **names;
        size_t n, n_parts;
};

/* Released by status_units_done(), after a failure as well. */
int status_list_units(const struct query_domain *domain, struct status_units *ret);
void status_units_done(struct status_units *units);

/* The states of those that systemd has loaded; if BUS is NULL, the reason why they are unknown. */
int status_print_units(const struct status_units *units, sd_bus *bus,
                       const struct terminal *terminal);

/* Their last lines in the journal. */
int status_print_log(const struct status_units *units, const struct terminal *terminal);

/* The units of others that require the domain, as far as systemd has loaded them; none if BUS is NULL. */
int status_print_consumers(const char *domain, sd_bus *bus, const struct terminal *terminal);

#define _cleanup_status_units_ _cleanup_(status_units_done)
