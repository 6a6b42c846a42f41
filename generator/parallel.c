/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/* More threads mostly wait for the lock of the one directory; fewer calls are not worth a thread. */
#define THREADS_MAX      4
#define CALLS_PER_THREAD 64

struct share {
        size_t first, end;
        parallel_function_t function;
        void *userdata;
        int result;
        pthread_t thread;
        bool started;
};

static void *run_share(void *argument)
{
        struct share *share = argument;

        for (size_t i = share->first; i < share->end; i++) {
                int r = share->function(i, share->userdata);

                if (r < 0)
                        share->result = r;
        }

        return NULL;
}

static size_t count_threads(size_t n)
{
        size_t threads = n / CALLS_PER_THREAD;
        cpu_set_t cpus;

        /* fails where there are more CPUs than the set can hold: then there are enough */
        if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && threads > (size_t) CPU_COUNT(&cpus))
                threads = (size_t) CPU_COUNT(&cpus);
        if (threads > THREADS_MAX)
                threads = THREADS_MAX;

        return threads > 0 ? threads : 1;
}

int parallel_for(size_t n, parallel_function_t function, void *userdata)
{
        struct share shares[THREADS_MAX];
        size_t threads = count_threads(n);
        int result = 0;

        for (size_t i = 0; i < threads; i++) {
                struct share *share = &shares[i];

                *share = (struct share){
                        .first = n * i / threads,
                        .end = n * (i + 1) / threads,
                        .function = function,
                        .userdata = userdata,
                };
                share->started =
                        i > 0 && pthread_create(&share->thread, NULL, run_share, share) == 0;
        }

        for (size_t i = 0; i < threads; i++) {
                if (shares[i].started)
                        pthread_join(shares[i].thread, NULL);
                else
                        run_share(&shares[i]);
                result = result ?: shares[i].result;
        }

        return result;
}
