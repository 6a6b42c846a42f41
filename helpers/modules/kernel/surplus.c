/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/surplus.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mount.h>

#include "basic/cleanup.h"
#include "helpers/modules/kernel/numa.h"

/* The largest number of pages that a thread requests in one go: the kernel allocates them all before it
 * checks for signals, and the other threads wait for the last request. */
#define BATCH_MAX 16

/* Batches for each thread, at least; else the slowest of them is waited for. */
#define BATCHES_MIN 4

#define THREADS_MAX 64

struct workers {
        struct page_size size;
        unsigned node;
        uint64_t pages;
        uint64_t batch;
        int *fds;       /* one for each batch, or -1 */
        cpu_set_t cpus; /* not yet taken by a thread */
        atomic_uint_least64_t next;
        atomic_int error;
};

/* A hugetlbfs that is never mounted: with min_size=, its pages are promised when it is created, and pages
 * missing in the pools are allocated as surplus (mm/hugetlb.c: hugepage_new_subpool). Unlike mmap(2),
 * which promises pages with the address space locked, any number of these can be created in parallel; and
 * no page is touched, which would zero it once more. Returns a descriptor: closing it ends the promise. */
static int promise(struct page_size size, uint64_t pages)
{
        _cleanup_close_ int fd = fsopen("hugetlbfs", FSOPEN_CLOEXEC);
        char page_bytes[32], bytes[32];

        snprintf(page_bytes, sizeof(page_bytes), "%" PRIu64, size.bytes);
        snprintf(bytes, sizeof(bytes), "%" PRIu64, pages * size.bytes);
        if (fd < 0 || fsconfig(fd, FSCONFIG_SET_STRING, "pagesize", page_bytes, 0) < 0 ||
            fsconfig(fd, FSCONFIG_SET_STRING, "min_size", bytes, 0) < 0 ||
            fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
                return -errno;

        return TAKE_FD(fd);
}

static void *work(void *userdata)
{
        struct workers *workers = userdata;
        int r;

        r = numa_bind(workers->node);
        while (r >= 0 && atomic_load(&workers->error) == 0) {
                uint64_t batch = atomic_fetch_add(&workers->next, 1);
                uint64_t left = workers->pages - batch * workers->batch;

                if (batch * workers->batch >= workers->pages)
                        return NULL;
                r = promise(workers->size, left < workers->batch ? left : workers->batch);
                workers->fds[batch] = r;
        }

        if (r < 0)
                atomic_store(&workers->error, r);
        return NULL;
}

/* Each thread gets a CPU of its own: the placement is known, and the scheduler would need time to find
 * it. */
static int start(struct workers *workers, pthread_t *ret)
{
        pthread_attr_t attributes;
        cpu_set_t own;
        int cpu = 0, r;

        while (cpu < CPU_SETSIZE && !CPU_ISSET(cpu, &workers->cpus))
                cpu++;
        r = pthread_attr_init(&attributes);
        if (r != 0)
                return -r;
        if (cpu < CPU_SETSIZE) {
                CPU_CLR(cpu, &workers->cpus);
                CPU_ZERO(&own);
                CPU_SET(cpu, &own);
                r = pthread_attr_setaffinity_np(&attributes, sizeof(own), &own);
        }
        if (r == 0)
                r = pthread_create(ret, &attributes, work, workers);
        (void) pthread_attr_destroy(&attributes);
        return -r;
}

/* Signals are for the thread that asks for progress and writes to pools. */
static int run(struct workers *workers, unsigned threads)
{
        pthread_t ids[THREADS_MAX];
        unsigned n = 0;
        sigset_t all, before;
        int r = 0;

        if (sched_getaffinity(0, sizeof(workers->cpus), &workers->cpus) < 0)
                CPU_ZERO(&workers->cpus);
        (void) sigfillset(&all);
        (void) pthread_sigmask(SIG_SETMASK, &all, &before);
        while (n < threads && n < THREADS_MAX && r >= 0) {
                r = start(workers, &ids[n]);
                n += r >= 0;
        }
        (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (n == 0)
                return r;

        while (n > 0)
                (void) pthread_join(ids[--n], NULL);
        return atomic_load(&workers->error);
}

int surplus_make(struct page_size size, unsigned node, uint64_t free_pages, uint64_t pages,
                 unsigned threads, struct surplus *ret)
{
        uint64_t batch = pages / (threads * BATCHES_MIN);
        struct workers workers = { .size = size, .node = node, .pages = pages };
        _cleanup_(surplus_release) struct surplus surplus = {};
        int r;

        workers.batch = batch < 1 ? 1 : batch < BATCH_MAX ? batch : BATCH_MAX;
        surplus.n_fds = 1 + (pages + workers.batch - 1) / workers.batch;
        surplus.fds = malloc(surplus.n_fds * sizeof(int));
        if (!surplus.fds)
                return -ENOMEM;
        for (size_t i = 0; i < surplus.n_fds; i++)
                surplus.fds[i] = -1;

        workers.fds = surplus.fds + 1;
        if (free_pages > 0) {
                r = surplus.fds[0] = promise(size, free_pages);
                if (r < 0)
                        return r;
        }
        r = run(&workers, threads);
        if (r < 0)
                return r;

        *ret = surplus;
        surplus = (struct surplus){};
        return 0;
}

void surplus_release(struct surplus *surplus)
{
        for (size_t i = 0; i < surplus->n_fds; i++)
                closep(&surplus->fds[i]);
        free(surplus->fds);
        *surplus = (struct surplus){};
}
