/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/processes/guarded.h"
#include "basic/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "basic/cleanup.h"

/* A child that has done nothing for this long, though it might have run, is stuck: a step takes
 * microseconds. */
#define STUCK_MSEC 1000
#define LOOK_MSEC  50

/* A child may also be delayed slightly at each step: by this much in total, after that the next one that
 * sleeps counts as stuck immediately. */
#define SLEPT_MSEC 3000

/* More than what a message may be. */
#define MESSAGE_MAX (2 * PATH_MAX)

/* Shared with the child. */
struct state {
        atomic_size_t at; /* the number that it looks at */
        atomic_size_t steps;
};

static struct state *current;

/* One child. */
struct run {
        const struct guarded_look *look;
        size_t n;
        struct state *state;
        int slept; /* milliseconds, in all children */
        pid_t child;
        int messages;
};

static void __attribute__((noreturn)) be_child(const struct run *run, int out, pid_t parent)
{
        /* We must not keep what our parent has locked. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(EXIT_FAILURE);
        for (size_t i = atomic_load(&run->state->at); i < run->n;
             atomic_store(&run->state->at, ++i)) {
                guarded_step();
                run->look->look(out, i, run->look->userdata);
        }
        _exit(EXIT_SUCCESS);
}

static int start(struct run *run)
{
        pid_t parent = getpid();
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
                return -errno;
        run->child = fork();
        if (run->child == 0)
                be_child(run, pair[1], parent);
        close(pair[1]);
        run->messages = pair[0];
        if (run->child > 0)
                return 0;
        close(pair[0]);
        return -errno;
}

/* Waiting for a CPU does not count as stuck. */
static bool is_asleep(pid_t child)
{
        char path[32], state = 'R';
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%d/stat", (int) child);
        file = fopen(path, "re");
        if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
                state = 'R';
        if (file)
                fclose(file);
        return state != 'R';
}

/* Until there is a message, or the child is stuck: -ETIMEDOUT. */
static int wait_for_message(struct run *run)
{
        struct pollfd fd = { .fd = run->messages, .events = POLLIN };
        size_t before = atomic_load(&run->state->steps);

        for (int idle = 0; idle < STUCK_MSEC;) {
                int r = poll(&fd, 1, LOOK_MSEC);
                size_t steps = atomic_load(&run->state->steps);

                if (r < 0 && errno != EINTR)
                        return -errno;
                if (r > 0)
                        return 0;
                if (!is_asleep(run->child)) {
                        idle = 0;
                        continue;
                }
                run->slept += LOOK_MSEC;
                idle = steps == before ? idle + LOOK_MSEC : 0;
                if (run->slept >= SLEPT_MSEC)
                        break;
                before = steps;
        }
        return -ETIMEDOUT;
}

/* Until the child has ended. */
static int take_messages(struct run *run)
{
        char message[MESSAGE_MAX];
        ssize_t n = 1;
        int r = 0;

        while (r >= 0 && (r = wait_for_message(run)) >= 0) {
                n = recv(run->messages, message, sizeof(message), 0);
                if (n <= 0)
                        return n < 0 ? -errno : 0;
                r = run->look->take(message, (size_t) n, run->look->userdata);
        }
        return r;
}

static int run_child(struct run *run)
{
        int r = start(run);

        if (r < 0)
                return r;
        r = take_messages(run);

        /* A child that waits for such a lock ends immediately when killed. We do not wait for one that
         * does not. */
        close(run->messages);
        (void) kill(run->child, SIGKILL);
        for (int i = 0; i < 100 && waitpid(run->child, NULL, WNOHANG) == 0; i++)
                clock_pause(1000 * 1000);
        return r;
}

int guarded_look(const struct guarded_look *look, size_t n)
{
        struct run run = { .look = look, .n = n };
        int r = 0;

        if (n == 0)
                return 0;
        run.state = mmap(NULL, sizeof(*run.state), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (run.state == MAP_FAILED)
                return -errno;
        current = run.state;
        while (r >= 0 && atomic_load(&run.state->at) < n) {
                r = run_child(&run);
                if (r == -ETIMEDOUT) {
                        r = look->stuck(atomic_load(&run.state->at), look->userdata);
                        atomic_fetch_add(&run.state->at, 1);
                } else if (r >= 0 && atomic_load(&run.state->at) < n)
                        r = -ECHILD; /* somebody has killed it */
        }
        current = NULL;
        (void) munmap(run.state, sizeof(*run.state));
        return r;
}

void guarded_step(void)
{
        if (current)
                atomic_fetch_add_explicit(&current->steps, 1, memory_order_relaxed);
}
