/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/log.h"
#include "basic/words/page-type.h"
#include "helpers/modules/kernel/sysfs.h"

/* How often a taken lock is tried again. The lock is free on the first try unless another helper is
 * at work on the same pool. */
#define LOCK_RETRY_NSEC    (5 * 1000 * 1000)
#define LOCK_TRIES_PER_SEC 200

static unsigned patience = 60;

void ledger_set_patience(unsigned seconds)
{
        patience = seconds;
}

/* Is PATH still the file that is locked, or was it removed meanwhile? */
static bool is_current(int state, const char *path, int fd)
{
        struct stat named, locked;

        return fstat(fd, &locked) == 0 && fstatat(state, path, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
               locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

/* For processes that wait; a full /run is not an error. */
static void sign(int fd)
{
        char text[64];
        int n = snprintf(text, sizeof(text), "%d %.30s\n", (int) getpid(),
                         program_invocation_short_name);

        if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t) n, 0) != n)
                log_debug("Cannot write to the lock file, continuing: %s", strerror(errno));
}

struct holder {
        int pid; /* 0: not known */
        char state;
        uint64_t ticks; /* of processor time */
        char text[96];
};

/* proc(5): the command is in parentheses, and may hold some. */
static void read_progress(const struct machine *machine, struct holder *holder)
{
        _cleanup_free_ char *text = NULL;
        uint64_t user, kernel;
        char path[32], *p;

        snprintf(path, sizeof(path), "%d/stat", holder->pid);
        if (sysfs_read(machine->procfs, path, &text, NULL) < 0 || !(p = strrchr(text, ')')) ||
            sscanf(p, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
                   &holder->state, &user, &kernel) != 3)
                return;
        holder->ticks = user + kernel;
}

static void read_holder(const struct machine *machine, int fd, struct holder *ret)
{
        struct holder holder = {};
        char text[64], command[32];
        ssize_t n;

        n = pread(fd, text, sizeof(text) - 1, 0);
        text[n > 0 ? n : 0] = '\0';
        if (sscanf(text, "%d %31s", &holder.pid, command) == 2 && holder.pid > 0) {
                read_progress(machine, &holder);
                snprintf(holder.text, sizeof(holder.text), "pid %d (%s)%s", holder.pid, command,
                         holder.state == 'T'   ? ", which is stopped"
                         : holder.state == 'D' ? ", which the kernel keeps waiting"
                                               : "");
        } else {
                holder.pid = 0;
                snprintf(holder.text, sizeof(holder.text), "another fd-shmem");
        }
        *ret = holder;
}

/* A wait for a lock. */
struct wait {
        const struct machine *machine;
        const char *path;
        ledger_waiting_t waiting;
        void *userdata;
        struct holder holder;
        unsigned seconds, idle;
};

/* Once a second. */
static int look_around(struct wait *wait, int fd)
{
        struct ledger_wait report = { .seconds = wait->seconds++ };
        struct holder before = wait->holder;

        read_holder(wait->machine, fd, &wait->holder);
        report.holder = wait->holder.text;
        report.progress = report.seconds == 0 || wait->holder.pid != before.pid ||
                          wait->holder.ticks != before.ticks;
        wait->idle = report.progress ? 0 : wait->idle + 1;
        if (wait->idle >= patience)
                return log_error_errno(ETIMEDOUT,
                                       "/run/fd-shmem/%s: %s holds the lock and has done nothing "
                                       "for %u seconds, giving up; let it continue, or end it",
                                       wait->path, wait->holder.text, wait->idle);
        if (report.seconds == 1)
                log_notice("/run/fd-shmem/%s: waiting for %s, which holds the lock", wait->path,
                           wait->holder.text);

        return wait->waiting ? wait->waiting(&report, wait->userdata) : 0;
}

static int wait_for(struct wait *wait, int fd)
{
        for (unsigned tries = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; tries++) {
                int r = 0;

                if (errno != EWOULDBLOCK && errno != EINTR)
                        return log_error_errno(errno, "Cannot lock /run/fd-shmem/%s: %m",
                                               wait->path);
                if (tries % LOCK_TRIES_PER_SEC == 0)
                        r = look_around(wait, fd);
                if (r < 0)
                        return r;
                clock_pause(LOCK_RETRY_NSEC);
        }

        return 0;
}

int ledger_lock(const struct machine *machine, const char *name, ledger_waiting_t waiting,
                void *userdata)
{
        _cleanup_free_ char *path = NULL;
        struct wait wait = { .machine = machine, .waiting = waiting, .userdata = userdata };

        if (asprintf(&path, "lock-%s", name) < 0) {
                path = NULL;
                return log_oom();
        }
        wait.path = path;

        for (;;) {
                _cleanup_close_ int fd = openat(machine->state, path,
                                                O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
                int r;

                if (fd < 0)
                        return log_error_errno(errno, "Cannot open /run/fd-shmem/%s: %m", path);
                r = wait_for(&wait, fd);
                if (r < 0)
                        return r;
                if (!is_current(machine->state, path, fd))
                        continue;
                sign(fd);
                return TAKE_FD(fd);
        }
}

int ledger_lock_domain(const struct machine *machine, const char *domain, ledger_waiting_t waiting,
                       void *userdata)
{
        _cleanup_free_ char *name = NULL;

        if (asprintf(&name, "domain-%s", domain) < 0) {
                name = NULL;
                return log_oom();
        }
        return ledger_lock(machine, name, waiting, userdata);
}

/* Whether there is FOLDER/DOMAIN, or FOLDER/DOMAIN:TYPE. */
static bool has_record(const struct machine *machine, const char *folder, const char *domain,
                       const char *type)
{
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/%s%s%s", folder, domain, type ? ":" : "", type ?: "");
        return faccessat(machine->state, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

void ledger_discard_lock_domain(const struct machine *machine, const char *domain)
{
        char path[PATH_MAX];

        if (has_record(machine, "domain", domain, NULL) ||
            has_record(machine, "leftover", domain, NULL))
                return;
        for_each_pool_type(type)
                if (has_record(machine, "reservation", domain, page_type_name(type)))
                        return;
        snprintf(path, sizeof(path), "lock-domain-%s", domain);
        (void) unlinkat(machine->state, path, 0);
}
