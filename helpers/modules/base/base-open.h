/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Getting at a base directory: along a safe path, and making sure that it is the one of the record before
 * anything is done to it. */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Opens the base directory PATH by safe_walk(). Every error but -ENOENT is logged. */
int base_open(const char *path);

/* The same for the directory that PATH is in; *RET_NAME is set to its last component. */
int base_open_parent(const char *path, const char **ret_name);

/* Whether the base directory PATH can be given to the user UID: not in a directory that others than root
 * can write, since that user could replace it. -EPERM, logged. */
int base_check_owner(const char *path, uid_t uid);

/* Whether FD, found at the record's path, is the directory that the record is about: -ESTALE, logged, if
 * it is another one, which must be left as it is. A record that has no identity yet is of a program that
 * died while it made the directory, or of one that knew none: then it is ours if it is marked as such,
 * or root's and empty, or holds mount points of root's. */
int base_verify(int fd, const struct ledger_domain *record);

/* Marks the directory of the record, and enters its identity there. Errors are logged. */
int base_adopt(int fd, struct ledger_domain *record);

/* base_open() and base_verify(). */
int base_open_recorded(const struct ledger_domain *record);

/* Says why the base directory PATH cannot be used. */
int base_cannot_use(const char *path, int error);
