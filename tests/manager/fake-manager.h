/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A service manager in a thread of the test, at the other end of a socket pair: it knows the units
 * and jobs that the test gives it, answers the helpers' calls to systemd, and at each call runs the
 * test's hook. No systemd is needed or contacted. */

#include <stdbool.h>
#include <stddef.h>

typedef struct sd_bus sd_bus;

struct fake_unit {
        char name[256];
        const char *load_state;
        const char *active_state; /* NULL: the unit is not loaded */
        const char *job;          /* its type; NULL: none */
        /* Lists, a space between two; NULL: empty. */
        const char *before, *after, *drop_ins, *required_by, *consists_of;
        /* Assertions as they are written, "Memory=>=64G Host=|!a", each after its state: "-" not met, "+" met,
         * "?" not evaluated since a reload. */
        const char *assertions;
        bool asserted; /* it was to be started, and they were met */
        bool tried;    /* it was to be started */
        const char *command; /* words likewise; NULL: it has none */
};

/* Called with the manager at rest, so that it may change units, send signals and lose the connection.
 * METHOD is the call's, or the property that is asked for; UNIT is NULL if it is about none. */
typedef void (*fake_hook_t)(const char *method, const char *unit);

struct fake_manager {
        fake_hook_t before_reply, after_reply; /* NULL: nothing happens */
        const char *result; /* result of jobs, which end immediately; NULL: they do not end */
        bool mute;          /* does not answer any more */
        const char *refuse; /* the method that fails; NULL: none does */
        const char *system_state;
        unsigned questions; /* queries for properties and jobs until now */
        char orders[4096];  /* "METHOD UNIT [MODE]\n" of every other call until now */
};
extern struct fake_manager fake_manager;

/* cmocka set-up and tear-down for each test; the connection is fake_bus. */
int fake_manager_start(void **state);
int fake_manager_stop(void **state);
extern sd_bus *fake_bus;

/* The unit NAME, loaded and in STATE from now on, with no job. */
struct fake_unit *fake_unit(const char *name, const char *state);

/* For hooks: job number ID, of UNIT, has ended; something else has happened; the connection is lost. */
void fake_job_ends(unsigned id, const char *unit, const char *result);
void fake_signal(void);
void fake_disconnect(void);
