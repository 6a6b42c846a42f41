/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/size-order.h"

#include <stdio.h>

#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"

static void add(struct size_order *order, struct page_size size)
{
        unsigned at = 0;

        while (at < order->n && order->sizes[at].bytes > size.bytes)
                at++;
        if (size.bytes == 0 || (at < order->n && page_size_equal(order->sizes[at], size)))
                return;
        for (unsigned i = order->n++; i > at; i--)
                order->sizes[i] = order->sizes[i - 1];
        order->sizes[at] = size;
}

void size_order_make(const struct config *config, enum phase phase, struct size_order *ret)
{
        *ret = (struct size_order){ .phase = phase };
        add(ret, page_size_default(PAGE_LARGEST));
        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = config->domains + i;

                if (domain->error || domain_is_late(domain) != (phase == PHASE_LATE))
                        continue;
                for_each_pool_type(type)
                        if (domain->request[type].scope > REQUEST_MOUNT)
                                add(ret, domain_page_size(domain, type));
        }
}

static bool is_static(const struct size_order *order, unsigned at)
{
        return page_size_equal(order->sizes[at], page_size_default(PAGE_LARGEST));
}

struct name {
        char text[64];
};

/* The ordering point after the reservations of the size with the index AT. */
static struct name barrier(const struct size_order *order, unsigned at)
{
        struct name name;

        if (is_static(order, at))
                snprintf(name.text, sizeof(name.text), "%s", phase_units(order->phase)->barrier);
        else
                snprintf(name.text, sizeof(name.text), "fd-shmem-%ssize-%s.target",
                         order->phase == PHASE_LATE ? "late-" : "",
                         page_size_text(order->sizes[at]));
        return name;
}

/* After the smallest size there is nothing to be ordered. */
static bool has_barrier(const struct size_order *order, unsigned at)
{
        return at + 1 < order->n || is_static(order, at);
}

static void set(const struct size_order *order, unsigned at, struct values *values)
{
        values_unset(values, VALUE_BARRIER);
        values_unset(values, VALUE_LARGER_BARRIER);
        if (has_barrier(order, at))
                values_set(values, VALUE_BARRIER, barrier(order, at).text);
        if (at > 0)
                values_set(values, VALUE_LARGER_BARRIER, barrier(order, at - 1).text);
}

void size_order_set(const struct size_order *order, struct page_size size, struct values *values)
{
        for (unsigned at = 0; at < order->n; at++)
                if (page_size_equal(order->sizes[at], size))
                        set(order, at, values);
}

int size_order_write(const struct output *output, const struct size_order *order)
{
        const char *target = phase_units(order->phase)->target;
        int r = 0;

        for (unsigned at = 0; at < order->n && r >= 0; at++) {
                _cleanup_values_ struct values values = VALUES_INIT;

                set(order, at, &values);
                values_set(&values, VALUE_SIZE, page_size_text(order->sizes[at]));
                values_format(&values, VALUE_PARTS, "%s%s%s", UNIT_TARGET,
                              order->phase == PHASE_LATE ? " " : "",
                              order->phase == PHASE_LATE ? target : "");
                if (!is_static(order, at) && has_barrier(order, at))
                        r = unit_file_write(output, barrier(order, at).text, unit_text_barrier,
                                            &values);
                else if (is_static(order, at) && at > 0)
                        r = unit_file_write_dropin(output, barrier(order, at).text,
                                                   unit_text_larger_barrier, &values);
        }
        return r;
}
