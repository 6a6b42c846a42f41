/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/log.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/ledger-text.h"
#include "helpers/modules/ledger/record-file.h"

/* "DOMAIN:TYPE" */
static int reservation_name(const char *domain, enum page_type type, char **ret)
{
        if (asprintf(ret, "%s:%s", domain, page_type_name(type)) < 0) {
                *ret = NULL;
                return log_oom();
        }

        return 0;
}

int ledger_load_reservation(const struct machine *machine, const char *domain, enum page_type type,
                            struct ledger_reservation *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        _cleanup_free_ char *name = NULL;
        int r;

        r = reservation_name(domain, type, &name);
        if (r >= 0)
                r = record_load(machine, "reservation", name, &file);
        if (r < 0)
                return r;

        return ledger_parse_reservation(file.text, file.path, file.boot, domain, type, ret);
}

int ledger_store_reservation(const struct machine *machine,
                             const struct ledger_reservation *reservation)
{
        _cleanup_free_ char *name = NULL;
        int r;

        r = reservation_name(reservation->domain, reservation->type, &name);
        if (r < 0)
                return r;

        return record_store(machine, "reservation", name, ledger_write_reservation, reservation);
}

struct page_size ledger_reservation_size(int state, const char *domain, enum page_type type)
{
        _cleanup_free_ char *name = NULL, *path = NULL, *text = NULL;

        if (reservation_name(domain, type, &name) < 0 ||
            record_path("reservation", name, &path) < 0 || ledger_file_load(state, path, &text) < 0)
                return page_size_default(type);
        return ledger_reservation_text_size(text, type);
}

int ledger_remove_reservation(int state, const char *domain, enum page_type type)
{
        struct page_size size = ledger_reservation_size(state, domain, type);
        _cleanup_free_ char *name = NULL;
        size_t n = 0;
        int r;

        r = reservation_name(domain, type, &name);
        if (r >= 0)
                r = record_remove(state, "reservation", name);
        if (r >= 0)
                r = ledger_count_reservations(state, size, &n);
        return r < 0 || n > 0 ? r : ledger_remove_baseline(state, size);
}

int ledger_load_baseline(const struct machine *machine, struct page_size size,
                         struct ledger_baseline *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_load(machine, "baseline", page_size_name(size), &file);
        return r < 0 ? r : ledger_parse_baseline(file.text, file.path, file.boot, size, ret);
}

int ledger_store_baseline(const struct machine *machine, const struct ledger_baseline *baseline)
{
        return record_store(machine, "baseline", page_size_name(baseline->size),
                            ledger_write_baseline, baseline);
}

int ledger_remove_baseline(int state, struct page_size size)
{
        return record_remove(state, "baseline", page_size_name(size));
}

int ledger_load_domain(const struct machine *machine, const char *name, struct ledger_domain *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_load(machine, "domain", name, &file);
        return r < 0 ? r : ledger_parse_domain(file.text, file.path, file.boot, name, ret);
}

int ledger_store_domain(const struct machine *machine, const struct ledger_domain *domain)
{
        return record_store(machine, "domain", domain->name, ledger_write_domain, domain);
}

int ledger_remove_domain(int state, const char *name)
{
        int r = ledger_remove_handover(state, name);

        return r < 0 ? r : record_remove(state, "domain", name);
}

void ledger_make_ready(int state)
{
        if (mkdirat(state, "leftover", 0755) < 0 && errno != EEXIST)
                log_debug("Cannot create /run/fd-shmem/leftover: %s", strerror(errno));
        ledger_file_make_spare(state);
}

int ledger_mark_leftover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        if (ledger_is_leftover(state, domain))
                return 0;
        r = record_path("leftover", domain, &path);
        if (r < 0)
                return r;
        if (mkdirat(state, "leftover", 0755) >= 0 || errno == EEXIST)
                fd = openat(state, path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                log_warning_errno(
                        errno,
                        "Cannot create /run/fd-shmem/%s, continuing without (a reservation in "
                        "progress will "
                        "not see it): %m",
                        path);
        return 0;
}

bool ledger_tell_leftover(int state, const char *domain, const char *why)
{
        _cleanup_free_ char *path = NULL, *told = NULL;

        if (record_path("leftover", domain, &path) < 0)
                return false;
        if (ledger_file_load(state, path, &told) >= 0 && strcmp(told, why) == 0)
                return true;
        (void) ledger_file_store(state, "leftover", path, why);
        return false;
}

int ledger_clear_leftover(int state, const char *domain)
{
        return record_remove(state, "leftover", domain);
}

bool ledger_is_leftover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;

        return record_path("leftover", domain, &path) == 0 && faccessat(state, path, F_OK, 0) == 0;
}
