/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/near-wait.h"

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/devices/devices.h"

/* There is no event to wait for: the names may be of devices that udev has not named yet. */
#define INTERVAL_MSEC 250

/* The first that a driver has yet to make, for which nothing else waits: one named and not optional has a
 * unit, and that is what the reservation is ordered after. */
static const struct device_spec *find_awaited(const struct devices *devices,
                                              const struct device_list *list)
{
        for (size_t i = 0; i < list->n; i++) {
                const struct device_spec *spec = &list->specs[i];

                if (spec->bus != DEVICE_PCI && (spec->optional || device_spec_is_pattern(spec)) &&
                    !devices_have(devices, spec))
                        return spec;
        }
        return NULL;
}

/* How long it is waited for. */
static unsigned patience_msec(const struct device_spec *spec)
{
        return (spec->optional ? NEAR_WAIT_OPTIONAL_SEC : NEAR_WAIT_SEC) * 1000;
}

int near_wait(const struct machine *machine, const struct device_list *list,
              int (*waiting)(const struct device_spec *spec, void *userdata), void *userdata)
{
        for (unsigned msec = 0;; msec += INTERVAL_MSEC) {
                _cleanup_devices_ struct devices devices = {};
                const struct device_spec *spec;
                int r;

                r = devices_read(machine->sysfs, &devices);
                if (r < 0)
                        return log_error_errno(r, "Cannot look for devices in /sys: %m");
                spec = find_awaited(&devices, list);
                if (!spec || msec >= patience_msec(spec))
                        return 0;
                r = waiting(spec, userdata);
                if (r < 0)
                        return r;
                clock_pause(INTERVAL_MSEC * NSEC_PER_MSEC);
        }
}
