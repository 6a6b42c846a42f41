/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/device-units.h"

#include <errno.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/words/unit-name.h"

/* Where systemd finds the unit's name: rules.d/99-systemd.rules. NULL: the device is there before any
 * driver, and has no unit. */
static const char *const directories[N_DEVICE_BUSES] = {
        [DEVICE_NET] = "/sys/subsystem/net/devices",
        [DEVICE_BLOCK] = "/dev",
};

static bool has_unit(const struct device_spec *spec)
{
        return directories[spec->bus] && !spec->optional && !device_spec_is_pattern(spec);
}

static int add_unit(const struct device_spec *spec, char **units)
{
        _cleanup_free_ char *path = NULL, *unit = NULL, *before = TAKE_PTR(*units);
        int r;

        if (asprintf(&path, "%s/%s", directories[spec->bus], device_spec_name(spec)) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = unit_name_from_path(path, ".device", &unit);
        if (r < 0)
                return r;
        if (asprintf(units, "%s%s%s", before ?: "", before ? " " : "", unit) < 0) {
                *units = NULL;
                return -ENOMEM;
        }
        return 0;
}

int device_units(const struct domain *domain, char **ret)
{
        _cleanup_free_ char *units = NULL;

        for (size_t i = 0; i < domain->policy.devices.n; i++) {
                const struct device_spec *spec = &domain->policy.devices.specs[i];
                int r = has_unit(spec) ? add_unit(spec, &units) : 0;

                if (r < 0)
                        return r;
        }

        *ret = TAKE_PTR(units);
        return 0;
}
