/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of "fd-shmem verify". */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "conf/load.h"

/* What a domain gets on a described machine. */
struct machine_answer {
        bool asked;          /* it was looked at: its declaration has no error */
        bool perhaps;        /* only if its conditions are met there, which is not known */
        bool unmet;          /* its conditions are not met there: it is not started, and takes nothing */
        const char *problem; /* in a word or three; NULL: none */
        uint64_t bytes;      /* of huge pages; those that were asked for, if there is a problem */
};

struct machine_answers {
        size_t nodes;                   /* with memory */
        uint64_t memory;                /* of these, in bytes */
        struct machine_answer *domains; /* one for each domain of the configuration; owned */
};

/* Checks the nodes and amounts of CONFIG against the machine described by FILE, the output of
 * "fd-shmem query --json" there. Problems go to REPORT, and answers to RET, which was zeroed. Negative errno,
 * logged, if FILE is unusable. */
int verify_machine(const struct config *config, const char *file, config_report_t report,
                   void *userdata, struct machine_answers *ret);

/* The answers of many machines. */
struct machine_matrix {
        char **names; /* of the files, without ".json" */
        struct machine_answers *answers;
        size_t n;
        size_t good; /* machines without any problem */
};

/* verify_machine() for each file *.json of DIRECTORY, in the order of their names. A file that is unusable is a
 * problem for REPORT, and the others are looked at. Negative errno, logged. */
int verify_machines(const struct config *config, const char *directory, config_report_t report,
                    void *userdata, struct machine_matrix *ret);

/* Prints a row for each machine with a column for each domain, and how many machines have no problem. */
int machine_matrix_print(const struct machine_matrix *matrix, const struct config *config,
                         FILE *out);

/* Sets *RET to an answer for each domain of what only a boot can tell: "perhaps" if it is so on one machine. To be
 * freed. -ENOMEM, logged. */
int machine_matrix_open(const struct machine_matrix *matrix, const struct config *config,
                        struct machine_answer **ret);

void machine_matrix_done(struct machine_matrix *matrix);

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
 * checked; KNOWN_OWNERS: users and groups were. DOMAINS has the answers to their conditions; NULL: none
 * are known. */
void verify_print_open_questions(const struct config *config, bool known_machine,
                                 const struct machine_answer *domains, bool known_owners,
                                 FILE *out);
