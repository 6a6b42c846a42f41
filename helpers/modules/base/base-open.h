/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Opens a base directory along a safe path, and checks that it is the recorded one before changing it. */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Opens the base directory PATH by safe_walk(). Every error but -ENOENT is logged. */
int base_open(const char *path);

/* The same for the parent directory of PATH; *RET_NAME is set to its last component. */
int base_open_parent(const char *path, const char **ret_name);

/* Whether the base directory PATH can be given to the user UID: not if users other than root can write to
 * its parent directory, since they could replace it. -EPERM, logged. */
int base_check_owner(const char *path, uid_t uid);

/* Whether FD, found at the record's path, is the recorded directory: -ESTALE, logged, if it is another
 * one, which must be left unchanged. A record without an identity was written by a program that died
 * while making the directory, or by a version that stored none: then the directory is ours if it is
 * marked as ours, or owned by root and either empty or containing mount points owned by root. */
int base_verify(int fd, const struct ledger_domain *record);

/* Marks the directory of the record, and enters its identity there. Errors are logged. */
int base_adopt(int fd, struct ledger_domain *record);

/* base_open() and base_verify(). */
int base_open_recorded(const struct ledger_domain *record);

/* Says why the base directory PATH cannot be used. */
int base_cannot_use(const char *path, int error);
