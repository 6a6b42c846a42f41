/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A socket of the test as $NOTIFY_SOCKET, sd_notify(3). cmocka set-up and tear-down for groups. */
int notified_open(void **state);
int notified_close(void **state);

/* All that came since the last call, each message on a line; valid until the next. */
const char *notified(void);

/* Takes what came until now off the socket, so that it does not fill: ten messages do. */
void notified_collect(void);
