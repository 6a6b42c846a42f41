/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* hung-file-server DIRECTORY: a FUSE server mounted there for everybody (allow_other), as sshfs and the
 * like are. It answers until one file of it is open and mapped, and then never again. Whoever asks it
 * for anything is in uninterruptible sleep until it ends. */

#include <linux/fuse.h>
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

/* Nothing of it is valid for longer than the answer takes. Blocks as large as huge pages. */
static struct fuse_attr attributes(uint64_t node)
{
        return (struct fuse_attr){
                .ino = node,
                .size = 4096,
                .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644,
                .nlink = 1,
                .blksize = 2 << 20,
        };
}

static void answer(int fuse, const struct fuse_in_header *in)
{
        struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
                                      .minor = 31,
                                      .max_write = 4096 };
        struct fuse_entry_out entry = { .nodeid = FILE_NODE, .attr = attributes(FILE_NODE) };
        struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
        struct fuse_open_out opened = { .fh = 1 };
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
        case FUSE_OPENDIR:
                reply(fuse, in->unique, 0, &opened, sizeof(opened));
                break;
        case FUSE_READ:
                reply(fuse, in->unique, 0, page, sizeof(page));
                break;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
                break;
        default:
                reply(fuse, in->unique, 38 /* ENOSYS */, NULL, 0);
        }
}

/* Has a file of it open, mapped, and its root as the working directory. */
static void use(const char *directory, int done)
{
        char path[4096];
        int fd;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(path, sizeof(path), "%s/file", directory);
        fd = open(path, O_RDONLY);
        if (fd < 0 || chdir(directory) < 0)
                err(1, "%s", path);
        if (mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
                err(1, "mmap");
        if (write(done, "x", 1) != 1)
                _exit(1);
        for (;;)
                pause();
}

int main(int argc, char **argv)
{
        static char request[FUSE_MIN_READ_BUFFER + 65536];
        char options[128], c;
        int fuse, done[2];
        pid_t user;

        if (argc != 2)
                errx(1, "usage: %s DIRECTORY", argv[0]);
        fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
        snprintf(options, sizeof(options),
                 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions", fuse);
        if (fuse < 0 || mount("hung", argv[1], "fuse.hung", 0, options) < 0)
                err(77, "FUSE");
        if (pipe2(done, O_NONBLOCK) < 0)
                err(1, "pipe");
        user = fork();
        if (user == 0) {
                close(fuse); /* or the server would not end with its process */
                use(argv[1], done[1]);
        }

        fcntl(fuse, F_SETFL, O_NONBLOCK);
        while (read(done[0], &c, 1) != 1) {
                ssize_t n = read(fuse, request, sizeof(request));

                if (n > 0)
                        answer(fuse, (const struct fuse_in_header *) request);
                else
                        usleep(1000);
        }
        printf("user %d\n", (int) user);
        hold();
}
