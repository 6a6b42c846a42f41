/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/processes/huge-users.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "basic/escape.h"
#include "basic/io.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/processes/process-list.h"
#include "helpers/modules/processes/process-maps.h"

static int look_at_process(int procfs, pid_t pid, struct huge_users *users)
{
        _cleanup_free_ char *text = NULL, *command = NULL;
        struct process_status status;
        struct huge_user *bigger;
        char name[32];

        snprintf(name, sizeof(name), "%d/status", (int) pid);
        if (sysfs_read(procfs, name, &text, NULL) < 0 || process_status_parse(text, &status) < 0 ||
            status.hugetlb == 0)
                return 0;

        bigger = reallocarray(users->users, users->n + 1, sizeof(*bigger));
        if (!bigger)
                return -ENOMEM;
        users->users = bigger;
        command = strdup(status.command);
        if (!command)
                return -ENOMEM;
        users->users[users->n++] = (struct huge_user){
                .pid = pid, .uid = status.uid, .command = TAKE_PTR(command), .bytes = status.hugetlb
        };
        return 0;
}

static int compare_pid(const void *a, const void *b)
{
        const struct huge_user *x = a, *y = b;

        return (x->pid > y->pid) - (x->pid < y->pid);
}

int huge_users_find(int procfs, struct huge_users *ret)
{
        _cleanup_huge_users_ struct huge_users users = {};
        _cleanup_closedir_ DIR *dir = NULL;
        pid_t pid;
        int r;

        r = io_open_directory(procfs, ".", 0, &dir);
        while (r >= 0 && (pid = process_list_next(dir)))
                if (pid != getpid())
                        r = look_at_process(procfs, pid, &users);
        if (r < 0)
                return r;
        if (users.n > 1)
                qsort(users.users, users.n, sizeof(*users.users), compare_pid);

        *ret = users;
        users = (struct huge_users){};
        return 0;
}

int huge_user_format(const struct huge_user *user, char **ret)
{
        struct passwd *entry = getpwuid(user->uid);
        _cleanup_free_ char *name = NULL, *command = text_escape(user->command);
        char uid[24], *text;

        snprintf(uid, sizeof(uid), "%u", (unsigned) user->uid);
        name = text_escape(entry ? entry->pw_name : uid);
        if (!name || !command)
                return -ENOMEM;
        if (asprintf(&text, "pid %d (user %s, command %s) has %" PRIu64 " MiB of huge pages",
                     (int) user->pid, name, command, user->bytes >> 20) < 0)
                return -ENOMEM;

        *ret = text;
        return 0;
}

void huge_users_done(struct huge_users *users)
{
        for (size_t i = 0; i < users->n; i++)
                free(users->users[i].command);
        free(users->users);
        *users = (struct huge_users){};
}
