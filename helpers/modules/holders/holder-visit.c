/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/holder-visit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/mounts/look.h"
#include "helpers/modules/processes/guarded.h"

/* The target of the link NAME as the name of a region: the part after the mount's path; the last
 * component if the holder sees the mount elsewhere. Removed files have " (deleted)" appended. */
static char *read_region(int fd, const char *name, const char *mount_path)
{
        static const char deleted[] = " (deleted)";
        char target[PATH_MAX + sizeof(deleted)];
        size_t length = strlen(mount_path);
        const char *slash;
        ssize_t n;

        n = readlinkat(fd, name, target, sizeof(target) - 1);
        if (n <= 0)
                return NULL;
        target[n] = '\0';
        if ((size_t) n >= sizeof(deleted) && strcmp(target + n - strlen(deleted), deleted) == 0)
                target[n - strlen(deleted)] = '\0';

        if (strncmp(target, mount_path, length) == 0 && target[length] == '/')
                return strdup(target + length + 1);
        if (strcmp(target, mount_path) == 0)
                return NULL; /* the mount's root itself */
        slash = strrchr(target, '/');
        return slash && slash[1] ? strdup(slash + 1) : NULL;
}

static bool is_affordable(struct holder_visit *visit)
{
        if (!visit->budget)
                return true;
        if (*visit->budget == 0)
                return false;
        --*visit->budget;
        return true;
}

/* The index of the target that the link NAME in the directory FD leads to; -1: none. */
static int leads_to(struct holder_visit *visit, int fd, const char *name)
{
        struct statx sx;

        guarded_step();
        if (!is_affordable(visit) || look_at(fd, name, 0, &sx) < 0)
                return -1;
        for (size_t i = 0; i < visit->search->n_targets; i++)
                if (visit->search->targets[i].search.device == look_device(&sx))
                        return (int) i;
        return -1;
}

static void look_at_link(struct holder_visit *visit, const char *name, enum holder_use use)
{
        int target = visit->search->uses & use ? leads_to(visit, visit->process, name) : -1;

        if (target >= 0)
                visit->found[target].use |= use;
}

/* Whether reading further links cannot add anything about the process. */
static bool is_decided(const struct holder_visit *visit)
{
        for (size_t i = 0; i < visit->search->n_targets; i++)
                if (!visit->found[i].region)
                        return false;
        return true;
}

static void look_at_links(struct holder_visit *visit, const char *name, enum holder_use use)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;

        if (!(visit->search->uses & use) || io_open_directory(visit->process, name, 0, &dir) < 0)
                return;

        while (!is_decided(visit) && (!visit->budget || *visit->budget > 0) &&
               (entry = io_next_entry(dir))) {
                int fd = dirfd(dir), target = leads_to(visit, fd, entry->d_name);
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

char *holder_read_command(int process)
{
        char *command = NULL;

        if (sysfs_read(process, "comm", &command, NULL) >= 0)
                command[strcspn(command, "\n")] = '\0';
        return command;
}

int holder_visit_take(struct holder_visit *visit, pid_t pid, struct holder_list *list)
{
        struct stat st = {};
        int r = 0;

        for (size_t i = 0; i < visit->search->n_targets; i++) {
                struct holder *holder = &visit->found[i];

                if (holder->use && r >= 0 && fstat(visit->process, &st) == 0) {
                        holder->pid = pid;
                        holder->uid = st.st_uid;
                        holder->type = visit->search->targets[i].search.type;
                        holder->command = holder_read_command(visit->process);
                        r = holder_list_add(list, holder);
                }
                free(holder->command);
                free(holder->region);
                *holder = (struct holder){};
        }
        return r;
}

int holder_open_process(int procfs, pid_t pid)
{
        char name[16];

        snprintf(name, sizeof(name), "%d", (int) pid);
        return openat(procfs, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int holder_visit_files(const struct holder_search *search, pid_t pid, unsigned *budget,
                       struct holder_list *list)
{
        _cleanup_close_ int process = holder_open_process(search->procfs, pid);
        struct holder_visit visit = { .search = search, .process = process, .budget = budget };

        if (process < 0)
                return 0;
        look_at_links(&visit, "map_files", HOLDER_MAPPED);
        look_at_links(&visit, "fd", HOLDER_OPEN);
        look_at_link(&visit, "cwd", HOLDER_CWD);
        look_at_link(&visit, "root", HOLDER_ROOT);
        return holder_visit_take(&visit, pid, list);
}
