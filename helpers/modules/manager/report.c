/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-login.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"

/* While a lock's holder makes progress, we request at least this much time: longer than ledger_lock()
 * waits for a holder without progress. */
#define ALIVE_USEC (90 * UINT64_C(1000000))

/* The units that a message belongs to, the domain's target and the service that runs us, and the
 * identifier, as journal fields; NULL: the field is left out. */
static char *target_field;
static char *service_field;
static char *identifier_field;

static size_t add_field(struct iovec *fields, size_t n, char *field)
{
        if (field)
                fields[n++] = (struct iovec){ field, strlen(field) };
        return n;
}

static void sink_journal(int level, const char *message, void *userdata)
{
        _cleanup_free_ char *text = NULL;
        char priority[sizeof("PRIORITY=7")];
        struct iovec fields[5];
        size_t n = 0;

        if (asprintf(&text, "MESSAGE=%s", message) < 0)
                text = NULL;
        snprintf(priority, sizeof(priority), "PRIORITY=%u", (unsigned) level & 7);

        n = add_field(fields, n, text);
        n = add_field(fields, n, priority);
        n = add_field(fields, n, identifier_field);
        n = add_field(fields, n, target_field);
        n = add_field(fields, n, service_field);
        (void) sd_journal_sendv(fields, n);
}

/* Replaces *FIELD by the formatted text, or by NULL. */
static void set_field(char **field, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void set_field(char **field, const char *format, ...)
{
        va_list ap;

        free(*field);
        va_start(ap, format);
        if (vasprintf(field, format, ap) < 0)
                *field = NULL;
        va_end(ap);
}

/* Standard error is the journal only if it is the very stream that systemd connected, not if the
 * variable was merely inherited (systemd.exec(5), $JOURNAL_STREAM). */
static bool stderr_is_journal(void)
{
        const char *stream = getenv("JOURNAL_STREAM");
        uint64_t device, inode;
        struct stat st;

        return stream && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
               fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* journald finds out by itself which unit a message comes from, unless the sender has ended by then, as
 * is the case for the first programs of a boot: so it is specified. */
void report_open_unit(const char *unit)
{
        _cleanup_free_ char *service = NULL;

        if (!stderr_is_journal())
                return;

        set_field(&identifier_field, "SYSLOG_IDENTIFIER=fd-shmem-%s",
                  program_invocation_short_name);
        if (unit)
                set_field(&target_field, "OBJECT_SYSTEMD_UNIT=%s", unit);
        if (sd_pid_get_unit(0, &service) >= 0)
                set_field(&service_field, "OBJECT_SYSTEMD_UNIT=%s", service);
        log_set_sink(sink_journal, NULL);
}

void report_open(const char *domain)
{
        _cleanup_free_ char *target = domain ? domain_unit_name(DOMAIN_TARGET, domain) : NULL;

        report_open_unit(target);
}

void report_status(const char *format, ...)
{
        _cleanup_free_ char *status = NULL, *line = NULL;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&status, format, ap);
        va_end(ap);
        if (r < 0) {
                status = NULL;
                return;
        }

        line = text_to_line(
                status); /* each line is an assignment, and systemctl shows it as it is */
        if (line)
                (void) sd_notifyf(0, "STATUS=%s", line);
}

void report_extend_timeout(uint64_t usec)
{
        (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64, usec);
}

int report_waiting(const struct ledger_wait *wait, void *userdata)
{
        report_status("Waiting for %s", wait->holder);
        if (wait->progress)
                report_extend_timeout(ALIVE_USEC);
        return 0;
}
