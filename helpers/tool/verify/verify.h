/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of "fd-shmem verify". */

#include <stdio.h>

#include "conf/load.h"

/* Checks the nodes and amounts of CONFIG against the machine described by FILE, the output of
 * "fd-shmem query --json" there. Problems go to REPORT. Negative errno, logged, if FILE is
 * unusable. */
int verify_machine(const struct config *config, const char *file, config_report_t report,
                   void *userdata);

/* Warns of units that are to require a domain and have no file below the directory ROOT, to REPORT. Nothing is
 * known, and nothing said, if there are no units at all. */
void verify_consumers(int root, const struct config *config, config_report_t report,
                      void *userdata);

/* Warns of lines in sysctl.d and tmpfiles.d below the directory ROOT that write a pool in which a domain
 * reserves pages, to REPORT. Negative errno, logged. */
int verify_settings(int root, const struct config *config, config_report_t report, void *userdata);

/* Prints a hint if the kernel of this ROOT could do with less memory for the pages. */
void verify_print_saving(int root, const struct config *config, FILE *out);

/* Prints the units that the generator would write for CONFIG: each file under a line "# NAME", each
 * link as "# NAME -> TARGET". Errors are logged. */
int verify_print_units(int root, const struct config *config, FILE *out);

/* Prints the parts of CONFIG that only a boot can check. KNOWN_MACHINE: nodes and memory were
 * checked; KNOWN_OWNERS: users and groups were. */
void verify_print_open_questions(const struct config *config, bool known_machine, bool known_owners,
                                 FILE *out);
