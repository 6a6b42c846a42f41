/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* locked-memory FUSE-DEVICE: a process whose memory map stays locked for ever, as any user can have one: it
 * maps a file of a FUSE server of its own in a way for which the kernel has to write back first
 * (fs/fuse/file.c: fuse_file_mmap), and the server does not take it. Whoever then wants to see its
 * mappings, in /proc/PID/maps or map_files, waits for the lock. */

#include <linux/fuse.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "tests/attacks/attack.h"

#define FILE_NODE 2

static void reply(int fuse, uint64_t unique, int error, const void *body, size_t size)
{
        struct fuse_out_header head = { .len = sizeof(head) + size,
                                        .error = -error,
                                        .unique = unique };
        struct iovec parts[] = { { &head, sizeof(head) }, { (void *) body, size } };

        if (writev(fuse, parts, size > 0 ? 2 : 1) < 0)
                err(1, "answer");
}

static struct fuse_attr attributes(uint64_t node)
{
        return (struct fuse_attr){
                .ino = node,
                .size = 4096,
                .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0666,
                .nlink = 1,
        };
}

/* The first to open the file gets a cached one, the second one without a cache. */
static void answer_open(int fuse, uint64_t unique)
{
        static unsigned n;
        struct fuse_open_out opened = { .open_flags = n > 0 ? FOPEN_DIRECT_IO : 0 };

        opened.fh = ++n;

        reply(fuse, unique, 0, &opened, sizeof(opened));
}

/* false: it was asked to write, which it never does. */
static bool answer(int fuse, const struct fuse_in_header *in)
{
        struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
                                      .minor = 31,
                                      .max_write = 4096 };
        struct fuse_entry_out entry = { .nodeid = FILE_NODE,
                                        .entry_valid = 60,
                                        .attr_valid = 60,
                                        .attr = attributes(FILE_NODE) };
        struct fuse_attr_out attr = { .attr_valid = 60, .attr = attributes(in->nodeid) };
        static const char page[4096];

        switch (in->opcode) {
        case FUSE_INIT:
                reply(fuse, in->unique, 0, &init, sizeof(init));
                break;
        case FUSE_LOOKUP:
                reply(fuse, in->unique, 0, &entry, sizeof(entry));
                break;
        case FUSE_GETATTR:
                reply(fuse, in->unique, 0, &attr, sizeof(attr));
                break;
        case FUSE_OPEN:
                answer_open(fuse, in->unique);
                break;
        case FUSE_READ:
                reply(fuse, in->unique, 0, page, sizeof(page));
                break;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
                break;
        case FUSE_WRITE:
                return false;
        default:
                reply(fuse, in->unique, 38 /* ENOSYS */, NULL, 0);
        }
        return true;
}

static void lock_memory(const char *path)
{
        int cached, direct;
        char *page;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        cached = open(path, O_RDWR);
        direct = open(path, O_RDONLY);
        if (cached < 0 || direct < 0)
                err(1, "%s", path);
        page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, cached, 0);
        if (page == MAP_FAILED)
                err(1, "map %s", path);
        *page = 'x';
        (void) mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, direct, 0);
        errx(1, "the server has answered");
}

int main(int argc, char **argv)
{
        static char request[FUSE_MIN_READ_BUFFER + 65536];
        char options[128];
        ssize_t n = 0;
        int fuse;
        pid_t user;

        if (argc != 2)
                errx(1, "usage: %s FUSE-DEVICE", argv[0]);
        enter_own_namespaces();
        fuse = open(argv[1], O_RDWR | O_CLOEXEC);
        snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
        if (fuse < 0 || mount("own", "/tmp", "fuse.own", 0, options) < 0)
                err(77, "FUSE");
        user = fork();
        if (user == 0) {
                close(fuse);
                lock_memory("/tmp/file");
        }
        do
                n = read(fuse, request, sizeof(request));
        while (n > 0 && answer(fuse, (const struct fuse_in_header *) request));
        if (n <= 0)
                err(1, "FUSE");
        printf("user %d\n", (int) user);
        hold();
}
