/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Devices= */

#include "basic/words/device-spec.h"
#include "conf/keys/values.h"

static int parse_devices(const struct key *key, const char *text, void *target, char **ret_reason)
{
        struct device_list list, *place = target;
        int r = device_list_parse(text, &list, ret_reason);

        if (r < 0)
                return r;
        device_list_done(place);
        *place = list;
        return 0;
}

static int format_devices(const struct key *key, const void *target, char **ret)
{
        return device_list_format(target, ret);
}

static void unset_devices(void *target)
{
        device_list_done(target);
}

const struct value_type value_devices = {
        .parse = parse_devices,
        .format = format_devices,
        .unset = unset_devices,
};
