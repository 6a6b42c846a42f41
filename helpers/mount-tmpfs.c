/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/mount-tmpfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/device-spec.h"
#include "basic/words/node-set.h"
#include "basic/words/packed-list.h"
#include "basic/words/policy.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/mounts/mount-policy.h"
#include "helpers/modules/mounts/option-string.h"
#include "helpers/modules/reserve/near.h"

static int copy_option(const char *target, const char *options, const char *name, char **ret)
{
        int r = option_string_copy(options, name, ret);

        return r < 0 ? log_error_errno(r, "%s: cannot read the option %s=: %m", target, name) : 0;
}

/* The nodes of "devices=pci:15b3:1017+?net:eth2". NULL in *RET: the memory may be of any node. */
static int resolve_near(const struct machine *machine, const char *target, char **options, char **ret)
{
        _cleanup_free_ char *words = NULL, *reason = NULL, *nodes = NULL;
        struct domain_policy policy = {};
        struct node_set set;
        const char *value;
        size_t length;
        int r = copy_option(target, *options, "devices", &words);

        if (r < 0)
                return r;
        packed_list_open(words, ' ');
        r = device_list_parse(words, &policy.devices, &reason);
        if (r < 0)
                return log_error_errno(r, "%s: devices=%s: %s", target, words, reason ?: strerror(-r));
        if (option_string_get(*options, "shortage", &value, &length))
                policy.shortage = SHORTAGE_CONTINUE;
        r = near_nodes(machine, &policy, &set);
        device_list_done(&policy.devices);
        if (r < 0)
                return r;
        (void) option_string_remove(options, "devices");
        (void) option_string_remove(options, "shortage");

        nodes = node_set_format(&set);
        *ret = NULL;
        if (!nodes || (*nodes && asprintf(ret, "bind:%s", nodes) < 0))
                return log_oom();
        return 0;
}

int mount_tmpfs_translate(const char *target, char **options)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_free_ char *policy = NULL, *reason = NULL;
        int r = copy_option(target, *options, "mpol", &policy);

        if (r >= 0)
                r = machine_open("", &machine);
        if (r < 0)
                return r;
        packed_list_open(policy, ',');
        if (strcmp(policy, "bind:near") == 0) {
                free(TAKE_PTR(policy));
                r = resolve_near(&machine, target, options, &policy);
        }
        if (r >= 0 && policy)
                r = mount_policy_check(&machine, policy, &reason);
        if (r < 0)
                return reason ? log_error_errno(r, "%s: Normal=: %s", target, reason) : r;
        r = policy ? option_string_set(options, "mpol", policy) : option_string_remove(options, "mpol");
        /* A comma in a value passes the older of two interfaces alone (mount(8), ENVIRONMENT). */
        if (r >= 0 && setenv("LIBMOUNT_FORCE_MOUNT2", "always", 1) < 0)
                r = -errno;
        return r < 0 ? log_error_errno(r, "%s: cannot put the mount options together: %m", target) : 0;
}
