/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/holder.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/escape.h"

int holder_list_add(struct holder_list *list, struct holder *holder)
{
        struct holder *holders;

        holders = reallocarray(list->holders, list->n + 1, sizeof(*holders));
        if (!holders)
                return -ENOMEM;
        list->holders = holders;
        list->holders[list->n++] = *holder;
        *holder = (struct holder){};
        return 0;
}

void holder_list_done(struct holder_list *list)
{
        for (size_t i = 0; i < list->n; i++) {
                free(list->holders[i].command);
                free(list->holders[i].region);
        }
        free(list->holders);
        *list = (struct holder_list){};
}

static const char *describe_use(unsigned use)
{
        if (use & HOLDER_MAPPED)
                return "mapped";
        if (use & HOLDER_OPEN)
                return "open";
        if (use & HOLDER_CWD)
                return "as its working directory";
        if (use & HOLDER_ROOT)
                return "as its root directory";
        return "mounted in its own mount namespace, at";
}

int holder_format(const struct holder *holder, char **ret)
{
        struct passwd *user = getpwuid(holder->uid);
        _cleanup_free_ char *name = NULL, *command = text_escape(holder->command ?: "?"),
                            *region = text_escape(holder->region ?: "");
        const char *use = describe_use(holder->use);
        char uid[24], *text;
        int r;

        snprintf(uid, sizeof(uid), "%u", (unsigned) holder->uid);
        name = text_escape(user ? user->pw_name : uid);
        if (!name || !command || !region)
                return -ENOMEM;
        if (holder->use == HOLDER_NAMESPACE)
                r = asprintf(&text, "pid %d (user %s, command %s) has the directory %s %s",
                             (int) holder->pid, name, command, use, region);
        else
                r = asprintf(&text, "pid %d (user %s, command %s) has %s%s %s", (int) holder->pid,
                             name, command, holder->region ? "region " : "the directory", region,
                             use);
        if (r < 0)
                return -ENOMEM;

        *ret = text;
        return 0;
}
