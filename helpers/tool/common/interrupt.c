/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void remember(int signal)
{
        interrupted = 1;
}

void interrupt_catch(void)
{
        const struct sigaction action = { .sa_handler = remember };

        interrupted = 0;
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
}

bool interrupt_pending(void)
{
        return interrupted;
}
