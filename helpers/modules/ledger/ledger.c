/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "basic/log.h"
#include "helpers/modules/ledger/boot-id.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/ledger-text.h"

/* How often a taken lock is tried again. The lock is free on the first try unless another helper is
 * at work on the same pool. */
#define LOCK_RETRY_NSEC    (5 * 1000 * 1000)
#define LOCK_TRIES_PER_SEC 200

static int record_path(const char *folder, const char *name, const char *suffix, char **ret)
{
        if (asprintf(ret, "%s/%s%s", folder, name, suffix) < 0) {
                *ret = NULL;
                return log_oom();
        }

        return 0;
}

static int reservation_path(const char *domain, enum page_type type, char **ret)
{
        if (asprintf(ret, "reservation/%s:%s", domain, page_type_name(type)) < 0) {
                *ret = NULL;
                return log_oom();
        }

        return 0;
}

int ledger_load_reservation(const struct machine *machine, const char *domain, enum page_type type,
                            struct ledger_reservation *ret)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = reservation_path(domain, type, &path);
        if (r < 0)
                return r;
        r = ledger_file_load(machine->state, path, &text);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;

        return ledger_parse_reservation(text, path, boot, domain, type, ret);
}

int ledger_store_reservation(const struct machine *machine,
                             const struct ledger_reservation *reservation)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = reservation_path(reservation->domain, reservation->type, &path);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;
        r = ledger_format_reservation(reservation, boot, &text);
        if (r < 0)
                return log_oom();

        return ledger_file_store(machine->state, "reservation", path, text);
}

int ledger_remove_reservation(int state, const char *domain, enum page_type type)
{
        _cleanup_free_ char *path = NULL;
        size_t n = 0;
        int r;

        r = reservation_path(domain, type, &path);
        if (r >= 0)
                r = ledger_file_remove(state, path);
        if (r >= 0)
                r = ledger_count_reservations(state, type, &n);
        return r < 0 || n > 0 ? r : ledger_remove_baseline(state, type);
}

int ledger_load_baseline(const struct machine *machine, enum page_type type,
                         struct ledger_baseline *ret)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = record_path("baseline", page_type_name(type), "", &path);
        if (r < 0)
                return r;
        r = ledger_file_load(machine->state, path, &text);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;

        return ledger_parse_baseline(text, path, boot, type, ret);
}

int ledger_store_baseline(const struct machine *machine, const struct ledger_baseline *baseline)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = record_path("baseline", page_type_name(baseline->type), "", &path);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;
        r = ledger_format_baseline(baseline, boot, &text);
        if (r < 0)
                return log_oom();

        return ledger_file_store(machine->state, "baseline", path, text);
}

int ledger_remove_baseline(int state, enum page_type type)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path("baseline", page_type_name(type), "", &path);
        return r < 0 ? r : ledger_file_remove(state, path);
}

int ledger_load_domain(const struct machine *machine, const char *name, struct ledger_domain *ret)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = record_path("domain", name, "", &path);
        if (r < 0)
                return r;
        r = ledger_file_load(machine->state, path, &text);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;

        return ledger_parse_domain(text, path, boot, name, ret);
}

int ledger_store_domain(const struct machine *machine, const struct ledger_domain *domain)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = record_path("domain", domain->name, "", &path);
        if (r >= 0)
                r = boot_id_read(machine, boot);
        if (r < 0)
                return r;
        r = ledger_format_domain(domain, boot, &text);
        if (r < 0)
                return log_oom();

        return ledger_file_store(machine->state, "domain", path, text);
}

int ledger_remove_domain(int state, const char *name)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path("domain", name, "", &path);
        if (r >= 0)
                r = ledger_remove_handover(state, name);
        return r < 0 ? r : ledger_file_remove(state, path);
}

int ledger_mark_leftover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path("leftover", domain, "", &path);
        return r < 0 ? r : ledger_file_store(state, "leftover", path, "");
}

int ledger_clear_leftover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path("leftover", domain, "", &path);
        return r < 0 ? r : ledger_file_remove(state, path);
}

bool ledger_is_leftover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;

        return record_path("leftover", domain, "", &path) == 0 &&
               faccessat(state, path, F_OK, 0) == 0;
}

int ledger_lock(int state, const char *name, ledger_waiting_t waiting, void *userdata)
{
        _cleanup_free_ char *path = NULL;
        _cleanup_close_ int fd = -1;

        if (asprintf(&path, "lock-%s", name) < 0) {
                path = NULL;
                return log_oom();
        }
        fd = openat(state, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
                return log_error_errno(errno, "Cannot open /run/fd-shmem/%s: %m", path);

        for (unsigned tries = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; tries++) {
                if (errno != EWOULDBLOCK && errno != EINTR)
                        return log_error_errno(errno, "Cannot lock /run/fd-shmem/%s: %m", path);
                if (waiting && tries % LOCK_TRIES_PER_SEC == 0) {
                        int r = waiting(userdata);

                        if (r < 0)
                                return r;
                }
                (void) nanosleep(&(struct timespec){ .tv_nsec = LOCK_RETRY_NSEC }, NULL);
        }

        return TAKE_FD(fd);
}

int ledger_lock_domain(int state, const char *domain, ledger_waiting_t waiting, void *userdata)
{
        _cleanup_free_ char *name = NULL;

        if (asprintf(&name, "domain-%s", domain) < 0) {
                name = NULL;
                return log_oom();
        }
        return ledger_lock(state, name, waiting, userdata);
}
