/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Actions and checks for tests of "plan": a machine of plain files (tests/pools), with a root
 * directory of its own and a mount table. */

#include <stdbool.h>
#include <sys/types.h>

#include "helpers/modules/drift/drift.h"
#include "helpers/tool/common/tool.h"

extern struct tool tool;
extern const char *damage; /* the damage found of "a" */
extern enum drift_kind damage_kind;

/* For cmocka: a machine for each test. */
int plan_setup(void **state);
int plan_teardown(void **state);

/* Creates the directory PATH below the root, or changes the mode of an existing one. */
void make_root_directory(const char *path, mode_t mode);

/* The record of a domain, with or without mounts of normal and huge pages. */
void record_domain(const char *name, const char *path, bool mounts);

/* The domain "a" is up, owned by the user running the test, and has mounts with these options
 * (NULL: none). */
void bring_up(const char *normal, const char *huge);

/* The output of the plan for the configuration TEXT; domains without an owner in the text belong to
 * the user running the test. EXPECTED is the exit status. The caller frees. */
char *plan_text(const char *text, int expected);

/* Fails the test unless WHAT is in OUTPUT. */
void says(const char *output, const char *what);
