/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "basic/log.h"
#include "helpers/tool/doctor/doctor.h"

static int __attribute__((format(printf, 6, 0)))
add(struct doctor *doctor, bool note, const char *symptom, const char *domain, const char *command,
    const char *format, va_list args)
{
        struct finding finding = { .symptom = symptom, .note = note };

        if (vasprintf(&finding.text, format, args) < 0)
                return log_oom();
        finding.domain = domain ? strdup(domain) : NULL;
        finding.command = command ? strdup(command) : NULL;
        if ((domain && !finding.domain) || !finding.command ||
            grow_array(&doctor->findings, doctor->n, &doctor->room) < 0) {
                free(finding.text);
                free(finding.domain);
                free(finding.command);
                return log_oom();
        }
        doctor->findings[doctor->n++] = finding;
        return 0;
}

int doctor_find(struct doctor *doctor, const char *symptom, const char *domain, const char *command,
                const char *format, ...)
{
        va_list args;
        int r;

        va_start(args, format);
        r = add(doctor, false, symptom, domain, command, format, args);
        va_end(args);
        return r;
}

int doctor_note(struct doctor *doctor, const char *symptom, const char *domain, const char *command,
                const char *format, ...)
{
        va_list args;
        int r;

        va_start(args, format);
        r = add(doctor, true, symptom, domain, command, format, args);
        va_end(args);
        return r;
}

char *doctor_command(const char *verb, const char *domain)
{
        char *command;

        return asprintf(&command, "fd-shmem %s %s", verb, domain) < 0 ? NULL : command;
}

void doctor_done(struct doctor *doctor)
{
        for (size_t i = 0; i < doctor->n; i++) {
                free(doctor->findings[i].domain);
                free(doctor->findings[i].text);
                free(doctor->findings[i].command);
        }
        free(doctor->findings);
}
