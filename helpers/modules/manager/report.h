/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Output of the helpers: to the journal under systemd, to standard error on a terminal, and to the
 * service manager by sd_notify(3). */

#include <stdint.h>

#include "helpers/modules/ledger/lock.h"

/* Sends log messages to the journal with OBJECT_SYSTEMD_UNIT=fd-shmem@DOMAIN.target, so that
 * "systemctl status" of the domain shows them too; to standard error when not run by systemd.
 * DOMAIN may be NULL. */
void report_open(const char *domain);

/* The same for messages that belong to UNIT, which "systemctl status" shows with it. */
void report_open_unit(const char *unit);

/* Sets the unit's status line. */
void report_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For ledger_lock(): shows the holder of the lock, and requests more time while it makes progress. */
int report_waiting(const struct ledger_wait *wait, void *userdata);

/* Tells systemd that there was progress: the timeout is at least USEC microseconds from now. */
void report_extend_timeout(uint64_t usec);
