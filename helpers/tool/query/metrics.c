/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/metrics.h"

#include <errno.h>

#include "basic/clock.h"

struct metric_label metric_label(unsigned number)
{
        struct metric_label label;

        snprintf(label.text, sizeof(label.text), "%u", number);
        return label;
}

static void print_build(struct metric_writer *w, const struct query *query)
{
        metric_put(w, 1, "version", VERSION, NULL);
}

static void print_switched_off(struct metric_writer *w, const struct query *query)
{
        metric_put(w, query->switched_off != NULL, NULL);
}

static void print_errors(struct metric_writer *w, const struct query *query)
{
        metric_put(w, query->n_errors, NULL);
}

static void print_warnings(struct metric_writer *w, const struct query *query)
{
        metric_put(w, query->n_warnings, NULL);
}

/* Only root may ask systemd. */
static void print_pending(struct metric_writer *w, const struct query *query)
{
        if (query->reload != RELOAD_UNKNOWN)
                metric_put(w, query->reload == RELOAD_PENDING, NULL);
}

static void print_missing(struct metric_writer *w, const struct query *query)
{
        metric_put(w, query->n_missing, NULL);
}

static void print_time(struct metric_writer *w, const struct query *query)
{
        metric_put(w, (uint64_t) query->now, NULL);
}

static void print_duration(struct metric_writer *w, const struct query *query)
{
        metric_put_nsec(w, query->took_nsec);
}

static const struct metric_family metrics_of_machine[] = {
        { "build_info", NULL, "Always 1; the label is the version of the program", print_build },
        { "switched_off", NULL, "Whether no domain is started here", print_switched_off },
        { "configuration_errors", NULL,
          "Errors in fd-shmem.conf; each keeps a domain from being started", print_errors },
        { "configuration_warnings", NULL, "Warnings about fd-shmem.conf", print_warnings },
        { "configuration_reload_pending", NULL,
          "Whether fd-shmem.conf has changed since systemd last loaded it", print_pending },
        { "unread", NULL, "Things that could not be examined; fd-shmem query names them",
          print_missing },
        { "read_timestamp_seconds", "seconds", "When this was read", print_time },
        { "read_duration_seconds", "seconds", "How long reading all this took", print_duration },
        {},
};

int query_print_metrics(const struct query *query, FILE *out)
{
        static const struct metric_family *const tables[] = { metrics_of_machine, metrics_of_pools,
                                                              metrics_of_domains,
                                                              metrics_of_mounts };
        struct metric_writer w = { .out = out };

        for (size_t i = 0; i < ELEMENTSOF(tables); i++)
                for (const struct metric_family *family = tables[i]; family->name; family++)
                        metric_family_print(&w, family, query);
        metric_finish(&w);
        return fflush(out) == 0 && !ferror(out) ? 0 : -(errno ?: EIO);
}
