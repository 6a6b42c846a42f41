/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/holder-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "helpers/modules/holders/holder-visit.h"
#include "helpers/modules/processes/guarded.h"

/* The cost of opening a process, in links. */
#define PROCESS_COST 8

static bool has_access(const struct holder_search *search, pid_t pid)
{
        _cleanup_close_ int process = holder_open_process(search->procfs, pid);
        const struct access *access[N_PAGE_TYPES];

        for (size_t i = 0; i < search->n_targets; i++)
                access[i] = &search->targets[i].access;
        return process >= 0 && access_has_process(access, search->n_targets, process);
}

/* Whether the process can have files open that an unmount in our namespace does not see. The namespace of
 * a user without access can only be entered by that user, and by processes in our user namespace with
 * full capabilities (kernel: mntns_install()). */
static bool is_relevant(const struct holder_search *search,
                        const struct holder_candidate *candidate)
{
        char name[32];
        struct stat st;

        if (!search->in_other_namespaces || candidate->kind == NAMESPACE_OTHER)
                return true;
        if (candidate->kind == NAMESPACE_FOLLOWS)
                return false;
        snprintf(name, sizeof(name), "%d/ns/user", (int) candidate->pid);
        return fstatat(search->procfs, name, &st, 0) == 0 && st.st_ino == namespace_own_user();
}

/* A message of the child that examines files: a holder, with its command and its region (empty: none),
 * each with a zero byte. */
struct message {
        struct holder holder;
        char text[];
};

struct file_looks {
        const struct holder_search *search;
        const struct holder_candidate *candidates;
        unsigned *budget; /* shared with the child */
        struct holder_list *list;
};

static void send_holder(int out, const struct holder *holder)
{
        const char *command = holder->command ?: "?", *region = holder->region ?: "";
        size_t size = sizeof(struct message) + strlen(command) + strlen(region) + 2;
        _cleanup_free_ struct message *message = malloc(size);

        if (!message)
                return;
        message->holder = *holder;
        strcpy(stpcpy(message->text, command) + 1, region);
        (void) send(out, message, size, MSG_NOSIGNAL);
}

static void look_at_files(int out, size_t i, void *userdata)
{
        struct file_looks *looks = userdata;
        const struct holder_candidate *candidate = looks->candidates + i;
        _cleanup_holders_ struct holder_list found = {};
        unsigned *budget = candidate->stranger ? looks->budget : NULL;

        if (budget && *budget <= PROCESS_COST)
                return;
        if (budget)
                *budget -= PROCESS_COST;
        (void) holder_visit_files(looks->search, candidate->pid, budget, &found);
        for (size_t k = 0; k < found.n; k++)
                send_holder(out, found.holders + k);
}

static int take_holder(const void *data, size_t size, void *userdata)
{
        struct file_looks *looks = userdata;
        const struct message *message = data;
        struct holder holder;
        const char *region;
        int r;

        if (size < sizeof(*message) + 2)
                return -EBADMSG;
        holder = message->holder;
        region = message->text + strlen(message->text) + 1;
        holder.command = strdup(message->text);
        holder.region = *region ? strdup(region) : NULL;
        r = holder.command && (holder.region || !*region) ? holder_list_add(looks->list, &holder)
                                                          : -ENOMEM;
        free(holder.command);
        free(holder.region);
        return r;
}

/* It is skipped: if it holds something, this is noticed later, when the file system is not destroyed. */
static int note_stuck(size_t i, void *userdata)
{
        struct file_looks *looks = userdata;
        const struct holder_candidate *candidate = looks->candidates + i;
        _cleanup_close_ int process = holder_open_process(looks->search->procfs, candidate->pid);
        _cleanup_free_ char *command = process < 0 ? NULL : holder_read_command(process),
                            *escaped = text_escape(command ?: "?");

        log_full(candidate->stranger ? LOG_DEBUG : LOG_WARNING, 0,
                 "pid %d (command %s): cannot be examined, because its memory map stays locked",
                 (int) candidate->pid, escaped ?: "?");
        return 0;
}

/* Processes that may have reached the domain themselves are first. */
static int compare_stranger(const void *a, const void *b)
{
        const struct holder_candidate *x = a, *y = b;

        if (x->stranger != y->stranger)
                return x->stranger - y->stranger;
        return (x->pid > y->pid) - (x->pid < y->pid);
}

/* The processes whose files are examined, in that order. */
static size_t sort_for_files(const struct holder_search *search,
                             struct holder_candidate *candidates, size_t n_all)
{
        size_t n = 0;

        for (size_t i = 0; i < n_all; i++) {
                if (!is_relevant(search, &candidates[i]))
                        continue;
                candidates[n] = candidates[i];
                candidates[n].stranger = !has_access(search, candidates[n].pid);
                n++;
        }
        if (n > 1)
                qsort(candidates, n, sizeof(*candidates), compare_stranger);
        return n;
}

int holder_files_search(const struct holder_search *search, struct holder_candidate *candidates,
                        size_t n_candidates, unsigned *budget, struct holder_list *list)
{
        struct file_looks looks = { .search = search, .list = list };
        const struct guarded_look look = { look_at_files, take_holder, note_stuck, &looks };
        size_t n = sort_for_files(search, candidates, n_candidates);
        int r;

        looks.candidates = candidates;
        looks.budget = mmap(NULL, sizeof(*looks.budget), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (looks.budget == MAP_FAILED)
                return -errno;
        *looks.budget = *budget;
        r = guarded_look(&look, n);
        *budget = *looks.budget;
        (void) munmap(looks.budget, sizeof(*looks.budget));
        return r;
}
