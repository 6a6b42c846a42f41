/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "helpers/modules/mounts/look.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/sysfs.h"

/* What opening a process costs, in links. */
#define PROCESS_COST 8

/* A mount namespace, as it matters for files that are open in it. */
enum namespace_kind {
        NAMESPACE_OTHER,
        NAMESPACE_FOLLOWS, /* it has nothing that an unmount in ours does not see */
        NAMESPACE_STRANGE, /* of somebody who has no access */
};

struct candidate {
        pid_t pid;
        ino_t namespace;
        bool stranger;
        enum namespace_kind kind;
};

struct candidates {
        struct candidate *items;
        size_t n, room;
};

/* The look at one process. */
struct visit {
        const struct holder_search *search;
        int process;
        struct holder found[N_PAGE_TYPES]; /* by target */
        unsigned *budget;                  /* NULL: it has access, and is looked at in full */
};

/* The target of the link NAME as the name of a region: what follows the mount's path; the last
 * component if the holder sees the mount elsewhere. Removed files have " (deleted)" appended. */
static char *read_region(int fd, const char *name, const char *mount_path)
{
        static const char deleted[] = " (deleted)";
        char target[PATH_MAX + sizeof deleted];
        size_t length = strlen(mount_path);
        const char *slash;
        ssize_t n;

        n = readlinkat(fd, name, target, sizeof target - 1);
        if (n <= 0)
                return NULL;
        target[n] = '\0';
        if ((size_t) n >= sizeof deleted && strcmp(target + n - strlen(deleted), deleted) == 0)
                target[n - strlen(deleted)] = '\0';

        if (strncmp(target, mount_path, length) == 0 && target[length] == '/')
                return strdup(target + length + 1);
        if (strcmp(target, mount_path) == 0)
                return NULL; /* the mount's root itself */
        slash = strrchr(target, '/');
        return slash && slash[1] ? strdup(slash + 1) : NULL;
}

static bool is_affordable(struct visit *visit)
{
        if (!visit->budget)
                return true;
        if (*visit->budget == 0)
                return false;
        --*visit->budget;
        return true;
}

/* The index of the target that the link NAME in the directory FD leads to; -1: none. */
static int leads_to(struct visit *visit, int fd, const char *name)
{
        struct statx sx;

        if (!is_affordable(visit) || look_at(fd, name, 0, &sx) < 0)
                return -1;
        for (size_t i = 0; i < visit->search->n_targets; i++)
                if (visit->search->targets[i].search.device == look_device(&sx))
                        return (int) i;
        return -1;
}

static void look_at_link(struct visit *visit, const char *name, enum holder_use use)
{
        int target = visit->search->uses & use ? leads_to(visit, visit->process, name) : -1;

        if (target >= 0)
                visit->found[target].use |= use;
}

/* Whether nothing more can be learned of the process by looking at further links. */
static bool is_settled(const struct visit *visit)
{
        for (size_t i = 0; i < visit->search->n_targets; i++)
                if (!visit->found[i].region)
                        return false;
        return true;
}

static void look_at_links(struct visit *visit, const char *name, enum holder_use use)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int fd;

        if (!(visit->search->uses & use))
                return;
        fd = openat(visit->process, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return;
        dir = fdopendir(fd);
        if (!dir) {
                close(fd);
                return;
        }

        while (!is_settled(visit) && (!visit->budget || *visit->budget > 0) &&
               (entry = readdir(dir))) {
                int target = entry->d_name[0] == '.' ? -1 : leads_to(visit, fd, entry->d_name);
                struct holder *holder;

                if (target < 0)
                        continue;
                holder = &visit->found[target];
                holder->use |= use;
                if (!holder->region)
                        holder->region =
                                read_region(fd, entry->d_name, visit->search->targets[target].path);
        }
}

static int add_holder(struct holder_list *list, struct holder *holder)
{
        struct holder *holders;

        holders = reallocarray(list->holders, list->n + 1, sizeof *holders);
        if (!holders)
                return -ENOMEM;
        list->holders = holders;
        list->holders[list->n++] = *holder;
        *holder = (struct holder){};
        return 0;
}

/* Fills in who it is, and adds to LIST what the visit found. */
static int take_found(struct visit *visit, pid_t pid, struct holder_list *list)
{
        struct stat st = {};
        int r = 0;

        for (size_t i = 0; i < visit->search->n_targets; i++) {
                struct holder *holder = &visit->found[i];

                if (holder->use && r >= 0 && fstat(visit->process, &st) == 0) {
                        holder->pid = pid;
                        holder->uid = st.st_uid;
                        holder->type = visit->search->targets[i].search.type;
                        if (sysfs_read(visit->process, "comm", &holder->command, NULL) >= 0)
                                holder->command[strcspn(holder->command, "\n")] = '\0';
                        r = add_holder(list, holder);
                }
                free(holder->command);
                free(holder->region);
                *holder = (struct holder){};
        }
        return r;
}

static int open_process(int procfs, pid_t pid)
{
        char name[16];

        snprintf(name, sizeof name, "%d", (int) pid);
        return openat(procfs, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int visit_files(const struct holder_search *search, pid_t pid, unsigned *budget,
                       struct holder_list *list)
{
        _cleanup_close_ int process = open_process(search->procfs, pid);
        struct visit visit = { .search = search, .process = process, .budget = budget };

        if (process < 0)
                return 0;
        look_at_links(&visit, "map_files", HOLDER_MAPPED);
        look_at_links(&visit, "fd", HOLDER_OPEN);
        look_at_link(&visit, "cwd", HOLDER_CWD);
        look_at_link(&visit, "root", HOLDER_ROOT);
        return take_found(&visit, pid, list);
}

static bool is_within_reach(const struct holder_search *search, pid_t pid)
{
        _cleanup_close_ int fd = -1;
        struct namespace_owners owners;
        char name[32];

        snprintf(name, sizeof name, "%d/ns/mnt", (int) pid);
        fd = openat(search->procfs, name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        namespace_read_owners(fd, &owners);
        for (size_t i = 0; i < search->n_targets; i++)
                if (namespace_is_within_reach(&owners, &search->targets[i].access))
                        return true;
        return false;
}

/* The process stands for its mount namespace. */
static int visit_namespace(const struct holder_search *search, pid_t pid, struct holder_list *list,
                           enum namespace_kind *ret)
{
        _cleanup_mount_table_ struct libmnt_table *table = NULL;
        _cleanup_close_ int process = -1;
        struct visit visit = { .search = search };
        bool follows = true;

        *ret = NAMESPACE_STRANGE;
        if (!is_within_reach(search, pid))
                return 0;
        *ret = NAMESPACE_OTHER;
        visit.process = process = open_process(search->procfs, pid);
        if (process < 0 || mount_table_read(process, "mountinfo", &table) < 0)
                return 0;

        for (size_t i = 0; i < search->n_targets; i++) {
                struct namespace_finding finding = {};

                namespace_look(process, table, &search->targets[i].search, &finding);
                follows = follows && !finding.own_copy && !finding.elsewhere;
                visit.found[i].region = finding.elsewhere;
                visit.found[i].use = finding.elsewhere ? HOLDER_NAMESPACE : 0;
        }
        if (follows)
                *ret = NAMESPACE_FOLLOWS;
        return take_found(&visit, pid, list);
}

static int add_candidate(struct candidates *candidates, pid_t pid, ino_t namespace)
{
        if (candidates->n == candidates->room) {
                size_t room = candidates->room ? candidates->room * 2 : 256;
                struct candidate *items = reallocarray(candidates->items, room, sizeof *items);

                if (!items)
                        return -ENOMEM;
                candidates->items = items;
                candidates->room = room;
        }
        candidates->items[candidates->n++] =
                (struct candidate){ .pid = pid, .namespace = namespace };
        return 0;
}

static int list_candidates(const struct holder_search *search, ino_t own,
                           struct candidates *candidates)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int fd, r = 0;

        fd = openat(search->procfs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        dir = fdopendir(fd);
        if (!dir) {
                close(fd);
                return -ENOMEM;
        }

        while (r >= 0 && (entry = readdir(dir))) {
                pid_t pid = atoi(entry->d_name);
                ino_t namespace;

                if (pid <= 0 || pid == getpid())
                        continue;
                namespace = namespace_of(search->procfs, entry->d_name);
                if (!search->in_other_namespaces || (namespace != 0 && namespace != own))
                        r = add_candidate(candidates, pid, namespace);
        }
        return r;
}

static int compare_namespace(const void *a, const void *b)
{
        const struct candidate *x = a, *y = b;

        if (x->namespace != y->namespace)
                return (x->namespace > y->namespace) - (x->namespace < y->namespace);
        return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Each namespace but ours once. */
static int visit_namespaces(const struct holder_search *search, struct candidates *candidates,
                            ino_t own, struct holder_list *list)
{
        enum namespace_kind kind = NAMESPACE_OTHER;
        ino_t last = own;
        int r = 0;

        qsort(candidates->items, candidates->n, sizeof *candidates->items, compare_namespace);
        for (size_t i = 0; i < candidates->n && r >= 0; i++) {
                struct candidate *candidate = &candidates->items[i];

                if (candidate->namespace == 0 || candidate->namespace == own)
                        continue;
                if (candidate->namespace != last)
                        r = visit_namespace(search, candidate->pid, list, &kind);
                last = candidate->namespace;
                candidate->kind = kind;
        }
        return r;
}

static bool has_access(const struct holder_search *search, pid_t pid)
{
        _cleanup_close_ int process = open_process(search->procfs, pid);
        const struct access *access[N_PAGE_TYPES];

        for (size_t i = 0; i < search->n_targets; i++)
                access[i] = &search->targets[i].access;
        return process >= 0 && access_has_process(access, search->n_targets, process);
}

/* Whether the process can have files open that an unmount in our namespace does not see. Into the
 * namespace of a stranger only he himself gets, and whoever may do everything in our user namespace
 * (kernel: mntns_install()), and has stayed in that. */
static bool is_relevant(const struct holder_search *search, const struct candidate *candidate)
{
        char name[32];
        struct stat st;

        if (!search->in_other_namespaces || candidate->kind == NAMESPACE_OTHER)
                return true;
        if (candidate->kind == NAMESPACE_FOLLOWS)
                return false;
        snprintf(name, sizeof name, "%d/ns/user", (int) candidate->pid);
        return fstatat(search->procfs, name, &st, 0) == 0 && st.st_ino == access_own_userns();
}

/* First those who can have got to the domain themselves, in full; then the others. */
static int visit_all_files(const struct holder_search *search, struct candidates *candidates,
                           unsigned *budget, struct holder_list *list)
{
        int r = 0;

        for (size_t i = 0; i < candidates->n && r >= 0; i++) {
                if (!is_relevant(search, &candidates->items[i]))
                        continue;
                candidates->items[i].stranger = !has_access(search, candidates->items[i].pid);
                if (!candidates->items[i].stranger)
                        r = visit_files(search, candidates->items[i].pid, NULL, list);
        }
        for (size_t i = 0; i < candidates->n && r >= 0 && *budget > PROCESS_COST; i++)
                if (candidates->items[i].stranger) {
                        *budget -= PROCESS_COST;
                        r = visit_files(search, candidates->items[i].pid, budget, list);
                }
        return r;
}

static int compare_pid(const void *a, const void *b)
{
        const struct holder *x = a, *y = b;

        if (x->pid != y->pid)
                return (x->pid > y->pid) - (x->pid < y->pid);
        return (x->type > y->type) - (x->type < y->type);
}

int holders_search(const struct holder_search *search, struct holder_list *list)
{
        ino_t own = namespace_of(search->procfs, "self");
        struct candidates candidates = {};
        unsigned budget = HOLDER_BUDGET;
        size_t before = list->n;
        int r;

        r = list_candidates(search, own, &candidates);
        if (r >= 0 && (search->uses & HOLDER_NAMESPACE))
                r = visit_namespaces(search, &candidates, own, list);
        if (r >= 0 && (search->uses & HOLDER_FILES))
                r = visit_all_files(search, &candidates, search->budget ?: &budget, list);
        free(candidates.items);
        if (list->n > before + 1)
                qsort(list->holders + before, list->n - before, sizeof *list->holders, compare_pid);
        return r;
}

int holders_find(int procfs, dev_t device, const char *path, unsigned uses,
                 struct holder_list *list)
{
        struct holder_target target = { .path = path, .search.device = device };
        struct holder_search search = {
                .procfs = procfs, .uses = uses, .targets = &target, .n_targets = 1
        };
        struct statx sx;

        if (look_at(AT_FDCWD, path, STATX_UID | STATX_GID | STATX_MODE, &sx) >= 0 &&
            look_device(&sx) == device)
                target.access = (struct access){ sx.stx_uid, sx.stx_gid, sx.stx_mode };
        return holders_search(&search, list);
}
