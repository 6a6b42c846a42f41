/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "basic/io.h"
#include "helpers/modules/holders/holder-files.h"
#include "helpers/modules/holders/holder-visit.h"
#include "helpers/modules/mounts/look.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/processes/process-list.h"

struct candidates {
        struct holder_candidate *items;
        size_t n, room;
};

static bool is_within_reach(const struct holder_search *search, pid_t pid)
{
        _cleanup_close_ int fd = -1;
        struct namespace_owners owners;
        char name[32];

        snprintf(name, sizeof(name), "%d/ns/mnt", (int) pid);
        fd = openat(search->procfs, name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        namespace_read_owners(fd, &owners);
        for (size_t i = 0; i < search->n_targets; i++)
                if (access_has_namespace(&search->targets[i].access, &owners))
                        return true;
        return false;
}

/* The process represents its mount namespace. */
static int visit_namespace(const struct holder_search *search, pid_t pid, struct holder_list *list,
                           enum namespace_kind *ret)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_close_ int process = -1;
        struct holder_visit visit = { .search = search };
        bool follows = true;

        *ret = NAMESPACE_STRANGE;
        if (!is_within_reach(search, pid))
                return 0;
        *ret = NAMESPACE_OTHER;
        visit.process = process = holder_open_process(search->procfs, pid);
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
        return holder_visit_take(&visit, pid, list);
}

static int list_candidates(const struct holder_search *search, ino_t own,
                           struct candidates *candidates)
{
        _cleanup_closedir_ DIR *dir = NULL;
        pid_t pid;
        int r;

        r = io_open_directory(search->procfs, ".", 0, &dir);
        while (r >= 0 && (pid = process_list_next(dir))) {
                ino_t namespace;

                if (pid == getpid())
                        continue;
                namespace = namespace_of(search->procfs, pid);
                if (search->in_other_namespaces && (namespace == 0 || namespace == own))
                        continue;
                r = grow_array(&candidates->items, candidates->n, &candidates->room);
                if (r >= 0)
                        candidates->items[candidates->n++] =
                                (struct holder_candidate){ .pid = pid, .namespace = namespace };
        }
        return r;
}

static int compare_namespace(const void *a, const void *b)
{
        const struct holder_candidate *x = a, *y = b;

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

        if (candidates->n > 0)
                qsort(candidates->items, candidates->n, sizeof(*candidates->items),
                      compare_namespace);
        for (size_t i = 0; i < candidates->n && r >= 0; i++) {
                struct holder_candidate *candidate = &candidates->items[i];

                if (candidate->namespace == 0 || candidate->namespace == own)
                        continue;
                if (candidate->namespace != last)
                        r = visit_namespace(search, candidate->pid, list, &kind);
                last = candidate->namespace;
                candidate->kind = kind;
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
        ino_t own = namespace_of(search->procfs, 0);
        struct candidates candidates = {};
        unsigned budget = HOLDER_BUDGET;
        size_t before = list->n;
        int r;

        r = list_candidates(search, own, &candidates);
        if (r >= 0 && (search->uses & HOLDER_NAMESPACE))
                r = visit_namespaces(search, &candidates, own, list);
        if (r >= 0 && (search->uses & HOLDER_FILES))
                r = holder_files_search(search, candidates.items, candidates.n,
                                        search->budget ?: &budget, list);
        free(candidates.items);
        if (list->n > before + 1)
                qsort(list->holders + before, list->n - before, sizeof(*list->holders),
                      compare_pid);
        return r;
}

int holders_find(int procfs, dev_t device, const char *path, unsigned uses,
                 struct holder_list *list)
{
        struct holder_target target = {
                .path = path,
                .access = access_of_mount(path, device),
                .search.device = device,
        };
        struct holder_search search = {
                .procfs = procfs, .uses = uses, .targets = &target, .n_targets = 1
        };

        return holders_search(&search, list);
}
