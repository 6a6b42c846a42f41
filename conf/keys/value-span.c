/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Time spans, as in systemd.time(7). */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "conf/keys/values.h"

#define USEC_PER_SEC UINT64_C(1000000)

/* Limits of the interval. Checking is cheap, but not meant for every second; more than a day
 * between checks is no longer monitoring. */
#define WATCH_MIN (1 * USEC_PER_SEC)
#define WATCH_MAX (24 * 60 * 60 * USEC_PER_SEC)

static const struct {
        const char *names; /* each between two blanks */
        uint64_t usec;
} units[] = {
        { " seconds second sec s ", USEC_PER_SEC },
        { " minutes minute min m ", 60 * USEC_PER_SEC },
        { " hours hour hr h ", 60 * 60 * USEC_PER_SEC },
        { " days day d ", 24 * 60 * 60 * USEC_PER_SEC },
        { " msec ms ", 1000 },
        { " usec us \u03bcs \u00b5s ", 1 },
};

/* The unit at *P, which is moved past it; without one, seconds. 0: unknown. */
static uint64_t parse_unit(const char **p)
{
        size_t length = strcspn(*p, " \t0123456789.");
        char name[24];

        if (length == 0)
                return USEC_PER_SEC;
        if (length > sizeof(name) - 3)
                return 0;
        snprintf(name, sizeof(name), " %.*s ", (int) length, *p);
        *p += length;
        for (size_t i = 0; i < ELEMENTSOF(units); i++)
                if (strstr(units[i].names, name))
                        return units[i].usec;
        return 0;
}

/* "1.5": the whole number and the fraction, in parts of 1000000. */
static bool parse_number(const char **p, uint64_t *ret_whole, uint64_t *ret_fraction)
{
        uint64_t whole = 0, fraction = 0, place = 100000;
        const char *start = *p;

        for (; **p >= '0' && **p <= '9'; (*p)++) {
                whole = 10 * whole + (uint64_t) (**p - '0');
                if (whole > WATCH_MAX)
                        return false;
        }
        if (*p == start)
                return false;
        if (**p == '.')
                for ((*p)++; **p >= '0' && **p <= '9'; (*p)++, place /= 10)
                        fraction += place * (uint64_t) (**p - '0');

        *ret_whole = whole;
        *ret_fraction = fraction;
        return true;
}

static bool parse_span(const char *p, uint64_t *ret)
{
        uint64_t sum = 0;

        for (p += strspn(p, " \t"); *p; p += strspn(p, " \t")) {
                uint64_t whole, fraction, unit;

                if (!parse_number(&p, &whole, &fraction))
                        return false;
                p += strspn(p, " \t");
                unit = parse_unit(&p);
                if (unit == 0 || whole > UINT64_MAX / 2 / unit)
                        return false;
                sum += whole * unit + fraction * unit / 1000000;
                if (sum > UINT64_MAX / 4)
                        return false;
        }

        *ret = sum;
        return true;
}

static int parse_watch(const struct key *key, const char *text, void *target, char **ret_reason)
{
        uint64_t usec;

        if (boolean_parse(text) == 0) {
                *(uint64_t *) target = 0;
                return 0;
        }
        if (!parse_span(text, &usec))
                return refuse(ret_reason, -EINVAL,
                              "'%s' is neither no nor a span of time, such as 30s or 5min", text);
        if (usec < WATCH_MIN || usec > WATCH_MAX)
                return refuse(ret_reason, -ERANGE, "'%s' is not between 1s and 1d", text);

        *(uint64_t *) target = usec;
        return 0;
}

const struct value_type value_watch = { .parse = parse_watch };
