/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/log-kmsg.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"

/* The kernel refuses longer records (kernel/printk: PRINTKRB_RECORD_MAX, LOG_LINE_MAX before 6.2). */
#define RECORD_MAX 976

static const char *program_name;

/* One write is one record: "<priority>name[pid]: text" (Documentation/ABI/testing/dev-kmsg). */
static void sink_kmsg(int level, const char *message, void *userdata)
{
        _cleanup_close_ int fd = open("/dev/kmsg", O_WRONLY | O_NOCTTY | O_CLOEXEC);
        char record[RECORD_MAX];
        int n;

        n = snprintf(record, sizeof(record), "<%d>%s[%d]: %s\n", LOG_DAEMON | level, program_name,
                     (int) getpid(), message);
        if (n < 0)
                return;
        if ((size_t) n >= sizeof(record)) {
                memcpy(record + sizeof(record) - 5, "...\n", 5);
                n = sizeof(record) - 1;
        }

        if (fd < 0 || write(fd, record, (size_t) n) < 0)
                fprintf(stderr, "%s\n", message);
}

/* systemd gives generators /dev/null, and from version 251 on says for whom it runs them. */
static bool systemd_runs_us(void)
{
        struct stat st;

        if (getenv("SYSTEMD_SCOPE"))
                return true;
        return fstat(STDERR_FILENO, &st) < 0 ||
               (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
}

void log_kmsg_setup(const char *program)
{
        program_name = program;
        if (systemd_runs_us())
                log_set_sink(sink_kmsg, NULL);
}
