/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A private directory for tests that change the file system: a tmpfs in a private mount namespace,
 * so that leftovers of a test vanish with it. */

#include <stdbool.h>

/* Absolute path of the directory; it is empty before each test. */
extern char scratch[];

/* cmocka set-up and tear-down for groups; and a function to be called first by every test: it skips
 * the test, visibly, where namespaces or mounts are not permitted. */
int scratch_open(void **state);
int scratch_close(void **state);
void scratch_needed(void);

/* The path of NAME in the directory; valid until eight more calls. */
const char *in_scratch(const char *name);

bool exists(const char *path);
void make_directory(const char *path);
void make_file(const char *path);
void mount_tmpfs(const char *path);

/* The messages logged since the last call. */
const char *logged(void);
