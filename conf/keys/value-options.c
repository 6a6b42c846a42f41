/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "conf/keys/values.h"

/* Options that are set elsewhere, or that would make the mount unsuitable for the domain. A
 * trailing dot matches every option with that prefix. */
static const struct {
        const char *name;
        const char *reason;
} refused_options[] = {
        { "pagesize", "the type of the page decides it" },
        { "min_size", "Huge=, Gigantic= and MinSize= decide it" },
        { "uid", "User= decides it" },
        { "gid", "Group= decides it" },
        { "mode", "Mode= decides it" },
        { "domain", "it is fd-shmem's own" },
        { "ro", "regions could not be created" },
        { "remount", "hugetlbfs does not support it" },
        { "bind", "the domain has its own file systems" },
        { "rbind", "the domain has its own file systems" },
        { "move", "the domain has its own file systems" },
        { "X-mount.", "fd-shmem makes the directories, and sets owner and mode last" },
        { "x-mount.", "fd-shmem makes the directories, and sets owner and mode last" },
};

static const char *refusal(const char *option, size_t length)
{
        for (size_t i = 0; i < ELEMENTSOF(refused_options); i++) {
                const char *name = refused_options[i].name;
                size_t n = strlen(name);

                if (length < n || strncmp(option, name, n) != 0)
                        continue;
                if (length == n || option[n] == '=' || name[n - 1] == '.')
                        return refused_options[i].reason;
        }
        return NULL;
}

static int check_option(const char *option, size_t length, char **ret_reason)
{
        const char *reason = refusal(option, length);

        if (length == 0 || *option == '=')
                return refuse(ret_reason, -EINVAL, "an option between the commas has no name");
        if (reason)
                return refuse(ret_reason, -EINVAL, "'%.*s' cannot be set here: %s", (int) length,
                              option, reason);
        return 0;
}

static int parse_options(const struct key *key, const char *text, void *target, char **ret_reason)
{
        int r;

        for (const char *p = text; *p; p++)
                if ((unsigned char) *p <= ' ' || *p == 0x7f || *p == '\\')
                        return refuse(
                                ret_reason, -EINVAL,
                                "'%s' contains a blank, a backslash or a control character; write "
                                "OPTION,OPTION=VALUE",
                                text);

        for (const char *option = text; option; option = strchr(option, ',')) {
                option += *option == ',';
                r = check_option(option, strcspn(option, ","), ret_reason);
                if (r < 0)
                        return r;
        }

        return value_set_text(text, target, ret_reason);
}

const struct value_type value_options = { .parse = parse_options, .unset = value_unset_text };
