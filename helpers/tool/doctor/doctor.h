/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What keeps domains from being used, found in what was collected, with the command that mends it. Each symptom has a
 * row in docs/troubleshooting.md, which a test compares. */

#include "conf/keys/model.h"
#include "helpers/tool/forecast/forecast.h"
#include "helpers/tool/inspect/query-model.h"

struct finding {
        const char *symptom; /* as in the table of docs/troubleshooting.md */
        bool note;     /* not wrong by itself: it explains what a program may complain about */
        char *domain;  /* NULL: the machine as a whole */
        char *text;    /* what was found */
        char *command; /* what mends it */
};

struct doctor {
        const struct tool *tool;
        const struct query *query;
        const struct forecast *forecast; /* of the domains that are not up; NULL: unknown */
        const char
                *reload;  /* what has changed since systemd read the configuration; NULL: nothing */
        const char *user; /* who is to use the domain; NULL: its owner */
        struct finding *findings;
        size_t n, room;
};

/* Adds one; COMMAND is copied. -ENOMEM, logged. */
int doctor_find(struct doctor *doctor, const char *symptom, const char *domain, const char *command,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same, as a note. */
int doctor_note(struct doctor *doctor, const char *symptom, const char *domain, const char *command,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* "fd-shmem VERB DOMAIN". The caller frees it; NULL: out of memory. */
char *doctor_command(const char *verb, const char *domain);

/* The examinations. All return negative errno, logged. */
int doctor_look_at_machine(struct doctor *doctor); /* switched off, reload */
int doctor_look_at_state(struct doctor *doctor,
                         const struct query_domain *domain); /* failed, busy, ... */
int doctor_look_at_shortage(struct doctor *doctor,
                            const struct query_domain *domain); /* of pages, before a start */
int doctor_look_at_regions(struct doctor *doctor,
                           const struct query_domain *domain); /* wrong node, foreign ones */
int doctor_look_at_access(struct doctor *doctor,
                          const struct query_domain *domain); /* permission denied */
int doctor_look_at_limits(struct doctor *doctor,
                          const struct query_domain *domain); /* RLIMIT_MEMLOCK */
int doctor_look_at_claims(struct doctor *doctor);             /* pages for nobody else */

void doctor_done(struct doctor *doctor);

#define _cleanup_doctor_ _cleanup_(doctor_done)
