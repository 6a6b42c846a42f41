/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of units that require a domain. */

#include <errno.h>
#include <string.h>

#include "basic/parse.h"
#include "basic/string-list.h"
#include "basic/words/unit-name.h"
#include "basic/words/unit-table.h"
#include "conf/keys/values.h"

#define NEEDED_BY_BOOT \
        "the boot needs it, and would fail with the domain; name the services that use the memory"
#define NEEDED_BY_US "every domain is started after it"

/* Units that cannot wait for a domain. */
static const struct {
        const char *names; /* each between two blanks */
        const char *reason;
} refused_units[] = {
        { " sysinit.target basic.target local-fs.target local-fs-pre.target swap.target cryptsetup.target"
          " veritysetup.target sockets.target timers.target paths.target slices.target multi-user.target"
          " graphical.target default.target rescue.target rescue.service emergency.target"
          " emergency.service dbus.service dbus.socket dbus-broker.service ",
          NEEDED_BY_BOOT },
        { " -.mount -.slice system.slice init.scope systemd-journald.service systemd-journald.socket"
          " systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-remount-fs.service"
          " systemd-fsck-root.service systemd-modules-load.service systemd-sysctl.service"
          " systemd-sysusers.service systemd-tmpfiles-setup-dev.service"
          " systemd-tmpfiles-setup-dev-early.service kmod-static-nodes.service ",
          NEEDED_BY_US },
        { " shutdown.target umount.target final.target reboot.target poweroff.target halt.target kexec.target"
          " soft-reboot.target exit.target ",
          "a shutdown does not wait for memory" },
};

static bool is_in(const char *names, const char *name)
{
        size_t n = strlen(name);

        for (const char *p = names; (p = strstr(p, name)); p++)
                if (p[-1] == ' ' && p[n] == ' ')
                        return true;
        return false;
}

/* NULL: the unit can wait for a domain. */
static const char *refusal(const char *name)
{
        if (unit_is_ours(name))
                return "it belongs to fd-shmem";
        for (size_t i = 0; i < ELEMENTSOF(refused_units); i++)
                if (is_in(refused_units[i].names, name))
                        return refused_units[i].reason;
        return NULL;
}

static int check_unit(const char *name, char **ret_reason)
{
        const char *reason;
        int r = unit_name_check(name, &reason);

        if (r < 0)
                return refuse(ret_reason, r, "'%s' %s", name, reason);
        reason = refusal(name);
        return reason ? refuse(ret_reason, -EINVAL, "'%s' cannot require a domain: %s", name,
                               reason)
                      : 0;
}

/* Adds NAME, or sets *FIRST_REASON, if it is not set, to why it is refused. */
static int add_unit(const char *name, char ***units, size_t *n, char **first_reason)
{
        _cleanup_free_ char *reason = NULL;
        int r = check_unit(name, &reason);

        if (r < 0 && !*first_reason)
                *first_reason = TAKE_PTR(reason);
        if (r < 0 || string_list_contains(*units, name))
                return r;
        return string_list_add(units, n, name);
}

static int parse_units(const struct key *key, const char *text, void *target, char **ret_reason)
{
        _cleanup_free_ char *copy = strdup(text), *reason = NULL;
        char **units = NULL, ***place = target, *rest = copy, *name;
        int r = copy ? 0 : -ENOMEM;
        size_t n = 0;

        while (r != -ENOMEM && (name = strsep(&rest, " \t")))
                if (*name) {
                        int error = add_unit(name, &units, &n, &reason);

                        r = error == -ENOMEM ? error : (r ?: error);
                }
        if (r == -ENOMEM) {
                string_list_free(units);
                return refuse(ret_reason, r, "out of memory");
        }

        string_list_free(*place);
        *place = units;
        *ret_reason = TAKE_PTR(reason);
        return r;
}

static void unset_units(void *target)
{
        char ***place = target;

        string_list_free(*place);
        *place = NULL;
}

const struct value_type value_units = { .parse = parse_units, .unset = unset_units };
