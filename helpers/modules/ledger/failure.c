/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/log.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/ledger/record-file.h"

/* Enough for a machine full of nodes and a crowd of holders; the first lines are the ones that count. */
#define TEXT_MAX 4096

#define FOLDER "failure"

static char *watched;

int ledger_store_failure(int state, const char *domain, const char *text)
{
        _cleanup_free_ char *path = NULL;
        int r = record_path(FOLDER, domain, &path);

        return r < 0 ? r : ledger_file_store(state, FOLDER, path, text);
}

int ledger_load_failure(int state, const char *domain, char **ret)
{
        _cleanup_free_ char *path = NULL;
        int r = record_path(FOLDER, domain, &path);

        return r < 0 ? r : ledger_file_load(state, path, ret);
}

int ledger_failure_time(int state, const char *domain, int64_t *ret)
{
        _cleanup_free_ char *path = NULL;
        struct stat st;
        int r = record_path(FOLDER, domain, &path);

        if (r < 0)
                return r;
        if (fstatat(state, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        *ret = st.st_mtime;
        return 0;
}

int ledger_clear_failure(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;
        int r = record_path(FOLDER, domain, &path);

        if (r >= 0 && faccessat(state, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
                return 0;
        return r < 0 ? r : ledger_file_remove(state, path);
}

static void remember(int level, const char *message, void *userdata)
{
        char *longer;

        if (level > LOG_ERR || (watched && strlen(watched) + strlen(message) > TEXT_MAX))
                return;
        if (asprintf(&longer, "%s%s\n", watched ?: "", message) < 0)
                return;
        free(watched);
        watched = longer;
}

void failure_watch(void)
{
        free(watched);
        watched = NULL;
        log_set_observer(remember, NULL);
}

const char *failure_watched(void)
{
        return watched;
}

int failure_keep(int state, const char *domain, int r)
{
        if (r >= 0 || state < 0 || !watched)
                return r;

        log_set_observer(NULL, NULL); /* later messages are not the reason */
        (void) ledger_store_failure(state, domain, watched);
        log_set_observer(remember, NULL);
        return r;
}

int failure_record(const char *domain, int r)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;

        if (r >= 0 || r == -ECANCELED || !domain || machine_open("", &machine) < 0)
                return r;
        return failure_keep(machine.state, domain, r);
}
