/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory that the kernel cannot move. Each kind takes the whole amount first and gives most of it back
 * then: were it only taken in small pieces, the kernel would keep them together. */

#include "state.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* One message, an allocation of 4 KiB with its own header; eight of them are a slab. */
#define MESSAGE 3072UL

static void allow_many_files(void)
{
        struct rlimit limit;

        if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
                die("RLIMIT_NOFILE");
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
                die("RLIMIT_NOFILE");
}

static void *allocate(size_t n, size_t size)
{
        void *p = calloc(n, size);

        if (!p)
                die("calloc");
        return p;
}

static void fill_pipe(int fd, const char *buffer, size_t size)
{
        if (fcntl(fd, F_SETPIPE_SZ, (int) size) < (int) size)
                die("F_SETPIPE_SZ");
        if (write(fd, buffer, size) != (ssize_t) size)
                die("pipe");
}

/* A pipe of EVERY pages holds on to each of them while it is full, and to the last one afterwards.
 */
void make_pipes(size_t size, size_t every)
{
        size_t pipe_size = every * PAGE, n = size / pipe_size;
        char *buffer = allocate(1, pipe_size);
        int *fds = allocate(n, sizeof(*fds)), ends[2];

        allow_many_files();
        for (size_t i = 0; i < n; i++) {
                if (pipe(ends) < 0)
                        die("pipe");
                fill_pipe(ends[1], buffer, pipe_size);
                close(ends[1]); /* the buffers stay */
                fds[i] = ends[0];
        }
        for (size_t i = 0; i < n; i++)
                if (read(fds[i], buffer, pipe_size - PAGE) < 0)
                        die("pipe");
        free(buffer);
        free(fds);
}

/* A page table spans a block; reading once in it maps the page of zeroes, which costs a table and
 * nothing else. */
void make_tables(size_t size, size_t every)
{
        size_t n = size / PAGE;
        char *p = map_memory(n * BLOCK, MADV_NOHUGEPAGE);

        for (size_t i = 0; i < n; i++)
                (void) *(volatile char *) (p + i * BLOCK);
        for (size_t i = 0; every > 1 && i + every <= n; i += every)
                if (munmap(p + (i + 1) * BLOCK, (every - 1) * BLOCK) < 0)
                        die("munmap");
}

static int open_full_socket(const char *message, size_t count)
{
        int ends[2], room = (int) (count * 4 * PAGE);

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
            setsockopt(ends[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) < 0)
                die("socketpair");
        for (size_t i = 0; i < count; i++)
                if (send(ends[1], message, MESSAGE, MSG_DONTWAIT) != (ssize_t) MESSAGE)
                        die("send");
        return ends[0]; /* the other one stays open: closed, it would be a stream cut off */
}

void make_sockets(size_t size, size_t every)
{
        size_t n = size / PAGE / every;
        char *message = allocate(1, MESSAGE);
        int *fds = allocate(n, sizeof(*fds));

        allow_many_files();
        for (size_t i = 0; i < n; i++)
                fds[i] = open_full_socket(message, every);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 1; k < every; k++)
                        if (recv(fds[i], message, MESSAGE, MSG_WAITALL) != (ssize_t) MESSAGE)
                                die("recv");
        free(message);
        free(fds);
}
