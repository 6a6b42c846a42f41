/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether those who are to use a domain can: directories on the way, and what they may lock. */

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/tool/doctor/doctor.h"

#define GROUPS_MAX 256

struct who {
        char name[64];
        uid_t uid;
        gid_t groups[GROUPS_MAX];
        int n_groups;
};

/* A user by name or number, or the domain's owner; false: there is none of that name. */
static bool find_user(const char *user, const struct query_domain *domain, struct who *ret)
{
        char *end;
        unsigned long number = user ? strtoul(user, &end, 10) : domain->uid;
        const struct passwd *entry =
                user && (*end || end == user) ? getpwnam(user) : getpwuid((uid_t) number);

        *ret = (struct who){ .uid = (uid_t) number,
                             .groups = { domain->gid },
                             .n_groups = user ? 0 : 1 };
        snprintf(ret->name, sizeof(ret->name), "%s", entry ? entry->pw_name : user ?: "its owner");
        if (!entry)
                return !user || *end == '\0';
        ret->uid = entry->pw_uid;
        ret->n_groups = GROUPS_MAX;
        if (getgrouplist(entry->pw_name, entry->pw_gid, ret->groups, &ret->n_groups) < 0)
                ret->n_groups = GROUPS_MAX;
        return true;
}

/* Whether the bits WANTED (of the last three) are granted, as the kernel decides (fs/namei.c: acl_permission_check);
 * access lists are not looked at. */
static bool is_granted(const struct stat *st, const struct who *who, mode_t wanted)
{
        mode_t mode = st->st_mode;

        if (who->uid == 0)
                return true;
        if (st->st_uid == who->uid)
                return (mode >> 6 & wanted) == wanted;
        for (int i = 0; i < who->n_groups; i++)
                if (st->st_gid == who->groups[i])
                        return (mode >> 3 & wanted) == wanted;
        return (mode & wanted) == wanted;
}

static int tell_denied(struct doctor *doctor, const struct query_domain *domain,
                       const struct who *who, const char *path, const struct stat *st)
{
        bool own = strncmp(path, domain->path, strlen(domain->path)) == 0;
        _cleanup_free_ char *command = NULL;

        if ((own ? asprintf(&command,
                            "set Group= and Mode=0770 so that %s is in, then fd-shmem apply",
                            who->name)
                 : asprintf(&command, "chmod o+x %s", path)) < 0) {
                command = NULL;
                return log_oom();
        }
        return doctor_find(doctor, "permission denied", domain->name, command,
                           "%s may not %s %s (%u:%u, mode %04o)", who->name, own ? "use" : "pass",
                           path, (unsigned) st->st_uid, (unsigned) st->st_gid,
                           (unsigned) (st->st_mode & 07777));
}

int doctor_look_at_access(struct doctor *doctor, const struct query_domain *domain)
{
        _cleanup_free_ char *path = NULL;
        struct who who;

        if (!domain->name || !domain->path || !domain->has_directory || domain->state == STATE_DOWN)
                return 0;
        if (!find_user(doctor->user, domain, &who))
                return log_error_errno(ESRCH, "There is no user %s", doctor->user);
        path = strdup(domain->path);
        if (!path)
                return log_oom();

        /* From the root on: each directory above is passed, the last one is used. */
        for (char *slash = path; slash;) {
                struct stat st;
                bool last;

                slash = strchr(slash + 1, '/');
                last = !slash;
                if (slash)
                        *slash = '\0';
                if (stat(path, &st) < 0)
                        return 0; /* query says so */
                if (!is_granted(&st, &who, last ? 05 : 01))
                        return tell_denied(doctor, domain, &who, path, &st);
                if (slash)
                        *slash = '/';
        }
        return 0;
}

/* The soft limit of locked memory of a process, in bytes; UINT64_MAX: none, or unknown (it has ended). */
static uint64_t lock_limit(const struct doctor *doctor, pid_t pid)
{
        static const char key[] = "Max locked memory";
        _cleanup_free_ char *text = NULL;
        char path[64];
        const char *line;
        uint64_t limit;

        snprintf(path, sizeof(path), "%d/limits", (int) pid);
        if (io_read_file(doctor->tool->machine.procfs, path, &text, NULL) < 0)
                return UINT64_MAX;
        line = strstr(text, key);
        return line && sscanf(line + strlen(key), "%" SCNu64, &limit) == 1 ? limit : UINT64_MAX;
}

static uint64_t declared_bytes(const struct query_domain *domain)
{
        uint64_t sum = 0;

        for_each_pool_type(type)
                sum += domain->declared_pages[type] * query_page_size(domain, type).bytes;
        return sum;
}

/* Processes that have a region of the domain. Whoever has CAP_IPC_LOCK does not care (mm/mlock.c: can_do_mlock). */
int doctor_look_at_limits(struct doctor *doctor, const struct query_domain *domain)
{
        const struct regions *regions = &doctor->query->regions;

        for (size_t i = 0; domain->name && i < regions->n_holdings; i++) {
                const struct memory_process *process =
                        doctor->query->users.processes + regions->holdings[i].process;
                uint32_t mount = regions->items[regions->holdings[i].region].mount;
                uint64_t limit, wanted = declared_bytes(domain);
                bool ours = false;

                for_each_pool_type(type)
                        ours |= domain->mount[type].listed && domain->mount[type].mount == mount;
                if (!ours || process->uid == 0)
                        continue;
                limit = lock_limit(doctor, process->pid);
                if (limit < wanted)
                        return doctor_note(
                                doctor, "locked memory", domain->name,
                                "LimitMEMLOCK=infinity in the program's unit",
                                "pid %d (%s) may lock %" PRIu64 " MiB, and the domain has %" PRIu64
                                " MiB: mlock(2) of more gives ENOMEM, as missing pages do",
                                (int) process->pid, process->command, limit / MIB, wanted / MIB);
        }
        return 0;
}
