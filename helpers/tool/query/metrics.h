/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The answer as metrics. */

#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/query/metric-writer.h"

/* All families of metrics; negative errno. */
int query_print_metrics(const struct query *query, FILE *out);

/* The same into the file PATH, which a reader finds as it was or as it is afterwards, never in part. Failures
 * are logged. */
int query_write_metrics(const struct query *query, const char *path);

/* Those of the pools and of the domains, each ended by one without a name. */
extern const struct metric_family metrics_of_pools[], metrics_of_domains[], metrics_of_mounts[];

/* A number as the value of a label. */
struct metric_label {
        char text[24];
};
struct metric_label metric_label(unsigned number);
