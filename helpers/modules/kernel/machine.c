/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/machine.h"

void machine_close(struct machine *machine)
{
        closep(&machine->sysfs);
        closep(&machine->procfs);
        closep(&machine->state);
        *machine = (struct machine) MACHINE_NULL;
}
