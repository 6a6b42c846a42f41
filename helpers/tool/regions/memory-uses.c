/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Huge pages that processes have outside the domains' mounts. */

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/tool/regions/memory-scan.h"

/* Classifies a file by the name given by the kernel: mm/hugetlb.c, mm/memfd.c, ipc/shm.c choose the
 * names, and none of those files has ever been linked anywhere. *RET_NAME points into PATH. */
static enum memory_kind classify(char *path, const char **ret_name)
{
        bool deleted = process_path_unescape(path);

        *ret_name = path;
        if (deleted && strcmp(path, "/anon_hugepage") == 0) {
                *ret_name = NULL;
                return MEMORY_ANONYMOUS;
        }
        if (deleted && strncmp(path, "/memfd:", 7) == 0) {
                *ret_name = path + 7;
                return MEMORY_MEMFD;
        }
        if (deleted && strncmp(path, "/SYSV", 5) == 0) {
                *ret_name = path + 5;
                return MEMORY_SYSV;
        }
        return MEMORY_FILE;
}

static bool is_same(const struct memory_use *a, const struct memory_use *b)
{
        if (a->kind != b->kind)
                return false;
        if (a->kind == MEMORY_ANONYMOUS)
                return a->page_size == b->page_size;
        return a->device == b->device && (a->kind == MEMORY_FILE || a->inode == b->inode);
}

/* The use of this process that is the same as WANTED, added if there is none. */
static int find_use(struct scan *scan, const struct memory_use *wanted, const char *name,
                    struct memory_use **ret)
{
        struct memory_users *users = scan->users;
        struct memory_use *use;
        int r = scan_enter_process(scan);

        if (r < 0)
                return r;

        for (size_t i = users->n_uses; i > 0 && users->uses[i - 1].process == scan->process; i--)
                if (is_same(users->uses + i - 1, wanted)) {
                        *ret = users->uses + i - 1;
                        return 0;
                }

        r = grow_array(&users->uses, users->n_uses, &users->uses_room);
        if (r < 0)
                return r;
        use = users->uses + users->n_uses;
        *use = *wanted;
        use->process = scan->process;
        if (name) {
                use->name = strdup(name);
                if (!use->name)
                        return -ENOMEM;
        }

        users->n_uses++;
        *ret = use;
        return 0;
}

int scan_use_mapping(struct scan *scan, const struct scan_mapping *mapping,
                     const struct process_nodes *nodes)
{
        struct memory_use wanted = {
                .device = mapping->device,
                .inode = mapping->inode,
                .page_size = nodes->page_size,
        };
        struct memory_use *use;
        const char *name;
        int r;

        wanted.kind = classify(mapping->path, &name);
        r = find_use(scan, &wanted, name, &use);
        if (r < 0)
                return r;

        use->n_files += use->inode != mapping->inode || use->n_files == 0;
        use->inode = mapping->inode;
        use->mapped += mapping->size;
        for (unsigned i = 0; i < nodes->n; i++) {
                use->allocated += nodes->nodes[i].pages * nodes->page_size;
                r = node_pages_add(&use->nodes, nodes->nodes[i].node, nodes->nodes[i].pages);
                if (r < 0)
                        return r;
        }
        return 0;
}

int scan_use_descriptor(struct scan *scan, const char *fd, dev_t device, ino_t inode,
                        uint64_t page_size, uint64_t allocated)
{
        struct memory_use wanted = { .device = device, .inode = inode, .page_size = page_size };
        char link[64], path[PATH_MAX];
        struct memory_use *use;
        const char *name;
        ssize_t n;
        int r;

        snprintf(link, sizeof(link), "%d/fd/%s", (int) scan->pid, fd);
        n = readlinkat(scan->procfs, link, path, sizeof(path) - 1);
        if (n < 0)
                return errno == ENOENT ? 0 : -errno;
        path[n] = '\0';

        wanted.kind = classify(path, &name);
        r = find_use(scan, &wanted, name, &use);
        if (r < 0 || use->mapped > 0)
                return r;

        use->n_files++;
        use->allocated += allocated;
        return 0;
}

int scan_use_unseen(struct scan *scan)
{
        const struct memory_use wanted = { .kind = MEMORY_UNSEEN, .allocated = scan->hugetlb };
        struct memory_use *use;

        return find_use(scan, &wanted, NULL, &use);
}
