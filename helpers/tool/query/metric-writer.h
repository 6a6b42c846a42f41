/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Families of metrics as text that the parsers of OpenMetrics and the older one of Prometheus, which
 * node_exporter's textfile collector has, both take: all are gauges, and what the older one does not know
 * ("# UNIT", "# EOF") is a comment to it. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct query;
struct metric_writer;

/* One name; its samples differ by labels. */
struct metric_family {
        const char *name; /* without the prefix; ends with the unit, if there is one */
        const char *unit; /* NULL: none */
        const char *help; /* no full stop */
        void (*print)(struct metric_writer *w, const struct query *query);
};

struct metric_writer {
        FILE *out;
        const struct metric_family *family; /* that is being written */
};

/* Writes the head of FAMILY and its samples. */
void metric_family_print(struct metric_writer *w, const struct metric_family *family,
                         const struct query *query);

/* The rest are called by print(): a sample, with names and values of labels in turns, ended by NULL. */
void metric_put(struct metric_writer *w, uint64_t value, ...) __attribute__((sentinel));
/* A duration. */
void metric_put_nsec(struct metric_writer *w, uint64_t nsec);

/* The end of it all. */
void metric_finish(struct metric_writer *w);
