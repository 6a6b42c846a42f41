/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/record-file.h"

#include "basic/log.h"
#include "helpers/modules/ledger/ledger-file.h"

int record_boot(const struct machine *machine, char ret[BOOT_ID_SIZE])
{
        int r = boot_id_read(machine, ret);

        return r < 0 ? log_error_errno(
                               r, "Cannot read the number of this boot from /proc/" BOOT_ID_PATH
                                  ": %m")
                     : 0;
}

int record_path(const char *folder, const char *name, char **ret)
{
        if (asprintf(ret, "%s/%s", folder, name) < 0) {
                *ret = NULL;
                return log_oom();
        }

        return 0;
}

int record_load(const struct machine *machine, const char *folder, const char *name,
                struct record_file *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_path(folder, name, &file.path);
        if (r >= 0)
                r = ledger_file_load(machine->state, file.path, &file.text);
        if (r >= 0)
                r = record_boot(machine, file.boot);
        if (r < 0)
                return r;

        *ret = file;
        file = (struct record_file){};
        return 0;
}

int record_store(const struct machine *machine, const char *folder, const char *name,
                 record_writer_t write, const void *record)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_path(folder, name, &file.path);
        if (r >= 0)
                r = record_boot(machine, file.boot);
        if (r < 0)
                return r;
        r = record_format(file.boot, write, record, &file.text);
        if (r < 0)
                return log_oom();

        return ledger_file_store(machine->state, folder, file.path, file.text);
}

int record_remove(int state, const char *folder, const char *name)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path(folder, name, &path);
        return r < 0 ? r : ledger_file_remove(state, path);
}

void record_file_done(struct record_file *file)
{
        free(file->path);
        free(file->text);
        *file = (struct record_file){};
}
