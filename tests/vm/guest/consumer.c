/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A client of a shared memory domain, the way Firedancer is one: makes a region in a mount of the domain,
 * binds it to a node, touches every page, asks the kernel where the pages are.
 *
 *   consumer [--stay] BASE TYPE:NODE:PAGES...      e.g. consumer /mnt/.fd huge:1:4 gigantic:0:1
 *
 * The region's name is consumer-TYPE-NODE; each of its pages begins with its number and "region".
 * --stay: says READY=1 to systemd and stays until SIGTERM, which removes the regions. */

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

struct region {
        char type[16];
        unsigned node;
        size_t pages;
        char path[256];
        size_t page_size;
        char *memory;
};

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
        va_list arguments;

        printf("consumer: ");
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        printf("\n");
        exit(1);
}

static void parse(struct region *region, const char *base, const char *spec)
{
        if (sscanf(spec, "%15[a-z]:%u:%zu", region->type, &region->node, &region->pages) != 3)
                die("%s: TYPE:NODE:PAGES expected", spec);
        snprintf(region->path, sizeof(region->path), "%s/.%s/consumer-%s-%u", base, region->type,
                 region->type, region->node);
}

/* A region of huge pages in a directory that is not the mount would be a region of small ones. */
static void check_file_system(const struct region *region, int fd)
{
        bool normal = strcmp(region->type, "normal") == 0;
        struct statfs fs;

        if (fstatfs(fd, &fs) < 0)
                die("%s: %m", region->path);
        if ((unsigned) fs.f_type != (normal ? TMPFS_MAGIC : HUGETLBFS_MAGIC))
                die("%s: file system of type %#lx", region->path, (long) fs.f_type);
}

static void map(struct region *region)
{
        unsigned long nodes = 1UL << region->node;
        int fd = open(region->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        struct statfs fs;
        size_t size;

        if (fd < 0 || fstatfs(fd, &fs) < 0)
                die("%s: %m", region->path);
        check_file_system(region, fd);
        region->page_size = (size_t) fs.f_bsize;
        size = region->pages * region->page_size;
        if (ftruncate(fd, (off_t) size) < 0)
                die("%s: %zu bytes: %m", region->path, size);
        region->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (region->memory == MAP_FAILED)
                die("%s: mapping %zu bytes: %m", region->path, size);
        if (syscall(SYS_mbind, region->memory, size, MPOL_BIND, &nodes, 64UL, 0) < 0)
                die("%s: binding to node %u: %m", region->path, region->node);
        close(fd);
}

static void touch_and_verify(const struct region *region)
{
        for (size_t i = 0; i < region->pages; i++) {
                char *page = region->memory + i * region->page_size;
                int node = -1;

                snprintf(page, 32, "%zu region\n", i);
                if (syscall(SYS_move_pages, 0, 1UL, (void **) &page, NULL, &node, 0) < 0)
                        die("%s: page %zu: %m", region->path, i);
                if (node != (int) region->node)
                        die("%s: page %zu is on node %d, not %u", region->path, i, node,
                            region->node);
        }
        printf("consumer: %s: %zu pages of %zu KiB on node %u\n", region->path, region->pages,
               region->page_size / 1024, region->node);
}

static void tell_systemd(const char *message)
{
        const char *name = getenv("NOTIFY_SOCKET");
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd;

        if (!name)
                return;
        snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
        if (name[0] == '@')
                address.sun_path[0] = 0;
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || sendto(fd, message, strlen(message), 0, (struct sockaddr *) &address,
                             offsetof(struct sockaddr_un, sun_path) + strlen(name)) < 0)
                die("telling systemd: %m");
        close(fd);
}

int main(int argc, char **argv)
{
        bool stay = argc > 1 && strcmp(argv[1], "--stay") == 0;
        char **specs = argv + 2 + stay;
        struct region regions[16] = {};
        size_t n = 0;
        sigset_t signals;
        int signal;

        if (argc < 3 + stay)
                die("consumer [--stay] BASE TYPE:NODE:PAGES... expected");
        setvbuf(stdout, NULL, _IOLBF, 0);
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigprocmask(SIG_BLOCK, &signals, NULL);
        for (; specs[n] && n < 16; n++) {
                parse(&regions[n], specs[-1], specs[n]);
                map(&regions[n]);
                touch_and_verify(&regions[n]);
        }
        if (stay) {
                tell_systemd("READY=1");
                sigwait(&signals, &signal);
        }
        while (n-- > 0)
                unlink(regions[n].path);
        return 0;
}
