/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/log.h"
#include "helpers/modules/kernel/boot-id.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/ledger-text.h"

static int record_path(const char *folder, const char *name, const char *suffix, char **ret)
{
        if (asprintf(ret, "%s/%s%s", folder, name, suffix) < 0) {
                *ret = NULL;
                return log_oom();
        }

        return 0;
}

/* The text of a record, and the boot that it is read in. The caller frees *RET. */
static int load_text(const struct machine *machine, const char *path, char **ret,
                     char ret_boot[BOOT_ID_SIZE])
{
        int r = ledger_file_load(machine->state, path, ret);

        return r < 0 ? r : boot_id_read(machine, ret_boot);
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
        r = load_text(machine, path, &text, boot);
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
        r = load_text(machine, path, &text, boot);
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
        r = load_text(machine, path, &text, boot);
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
        r = record_path("leftover", domain, "", &path);
        if (r < 0)
                return r;
        if (mkdirat(state, "leftover", 0755) >= 0 || errno == EEXIST)
                fd = openat(state, path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                log_warning_errno(errno,
                                  "Cannot create /run/fd-shmem/%s, going on without: a "
                                  "reservation in progress will not see it: %m",
                                  path);
        return 0;
}

bool ledger_tell_leftover(int state, const char *domain, const char *why)
{
        _cleanup_free_ char *path = NULL, *told = NULL;

        if (record_path("leftover", domain, "", &path) < 0)
                return false;
        if (ledger_file_load(state, path, &told) >= 0 && strcmp(told, why) == 0)
                return true;
        (void) ledger_file_store(state, "leftover", path, why);
        return false;
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
