/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Units that exist once per machine, regardless of the number of domains. All log failures. */

#include "basic/words/unit-table.h"
#include "conf/keys/model.h"
#include "generator/text/output.h"

/* Makes the target of PHASE part of the boot. */
int machine_link_target(const struct output *output, enum phase phase);

/* Tells the check of PHASE which domains are started at boot and which files were read, so that a start after a change of the files
 * can report it; and ERROR, if it is not NULL, which prevents all domains from starting. Without
 * files no unit is written. */
int machine_write_check(const struct output *output, const struct config *config, enum phase phase,
                        const char *error);

/* Has fd-shmem-watch.timer run as often as Watch= says; writes nothing without it. */
int machine_write_watch(const struct output *output, const struct config *config);
