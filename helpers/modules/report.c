/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "basic/cleanup.h"
#include "basic/log.h"

/* The name of the domain's target and the identifier; NULL: the field is left out. */
static char *target;
static char *identifier;

static void sink_journal(int level, const char *message, void *userdata)
{
        if (target)
                sd_journal_send("MESSAGE=%s", message, "PRIORITY=%i", level, "SYSLOG_IDENTIFIER=%s",
                                identifier ?: "fd-shmem", "OBJECT_SYSTEMD_UNIT=%s", target, NULL);
        else
                sd_journal_send("MESSAGE=%s", message, "PRIORITY=%i", level, "SYSLOG_IDENTIFIER=%s",
                                identifier ?: "fd-shmem", NULL);
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

void report_open(const char *domain)
{
        if (!stderr_is_journal())
                return;

        free(identifier);
        if (asprintf(&identifier, "fd-shmem-%s", program_invocation_short_name) < 0)
                identifier = NULL;
        free(target);
        target = NULL;
        if (domain && asprintf(&target, "fd-shmem@%s.target", domain) < 0)
                target = NULL;
        log_set_sink(sink_journal, NULL);
}

void report_status(const char *format, ...)
{
        _cleanup_free_ char *status = NULL;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&status, format, ap);
        va_end(ap);
        if (r < 0) {
                status = NULL;
                return;
        }

        (void) sd_notifyf(0, "STATUS=%s", status);
}

void report_extend_timeout(uint64_t usec)
{
        (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64, usec);
}
