/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A socket of the test as $NOTIFY_SOCKET, sd_notify(3). cmocka set-up and tear-down for groups. */
int notified_open(void **state);
int notified_close(void **state);

/* All messages received since the last call, one per line; valid until the next call. */
const char *notified(void);

/* Drains the socket, so that it does not fill up: ten messages are enough to fill it. */
void notified_collect(void);
