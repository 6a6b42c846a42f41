/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records as files: FOLDER/NAME below /run/fd-shmem, with the lines common to all. Errors are logged, but
 * for -ENOENT of the load. */

#include "basic/cleanup.h"
#include "helpers/modules/kernel/boot-id.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/record-text.h"

struct record_file {
        char *path; /* "FOLDER/NAME" */
        char *text;
        char boot[BOOT_ID_SIZE]; /* of now */
};

/* The current boot. */
int record_boot(const struct machine *machine, char ret[BOOT_ID_SIZE]);

/* The caller frees *RET. */
int record_path(const char *folder, const char *name, char **ret);

int record_load(const struct machine *machine, const char *folder, const char *name,
                struct record_file *ret); /* -ENOENT: none */
int record_store(const struct machine *machine, const char *folder, const char *name,
                 record_writer_t write, const void *record);
int record_remove(int state, const char *folder, const char *name); /* none is fine */

void record_file_done(struct record_file *file);

#define _cleanup_record_file_ _cleanup_(record_file_done)
