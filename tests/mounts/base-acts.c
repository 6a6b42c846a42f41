/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/mounts/base-acts.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/mounts/mount-table.h"

struct base_request request(const char *path)
{
        static char paths[2][4096];
        static unsigned next;
        char *copy = paths[next++ % 2];

        snprintf(copy, sizeof(paths[0]), "%s", path);
        return (struct base_request){
                .domain = "test",
                .path = copy,
                .mounts = { [PAGE_NORMAL] = true, [PAGE_HUGE] = true },
        };
}

static struct mount_table *mounts(void)
{
        struct mount_table *table;

        assert_int_equal(mount_table_read(AT_FDCWD, "/proc/self/mountinfo", &table), 0);
        return table;
}

int claim(const struct base_request *r, struct ledger_domain *ret)
{
        _cleanup_mount_table_ struct mount_table *table = mounts();

        return base_record_new(r, table, ret);
}

/* A ledger of its own, beside what is tested. */
static struct machine *ledger(void)
{
        static struct machine machine = MACHINE_NULL;

        machine_close(&machine);
        (void) mkdir(in_scratch("ledger"), 0755);
        machine.state = open(in_scratch("ledger"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(machine.state >= 0 && machine.procfs >= 0);
        return &machine;
}

int try_make(struct ledger_domain *record, bool again)
{
        _cleanup_mount_table_ struct mount_table *table = mounts();

        return base_make(ledger(), record, table, again);
}

void make(struct ledger_domain *record)
{
        assert_int_equal(try_make(record, true), 0);
        assert_true(record->base_id.known);
}

int reclaim(const struct base_request *r, struct ledger_domain *record)
{
        _cleanup_mount_table_ struct mount_table *table = mounts();

        return base_record_renew(r, table, record);
}

struct base_request make_base(struct ledger_domain *record)
{
        struct base_request r = request(in_scratch("base"));

        assert_int_equal(claim(&r, record), 0);
        make(record);
        return r;
}

int run_removal(const struct ledger_domain *record)
{
        _cleanup_free_ char *mount = NULL;
        int r = removal_run(record, &mount);

        assert_int_equal(r == -EBUSY, mount != NULL);
        return r;
}

void forget(struct ledger_domain *record)
{
        ledger_domain_done(record);
        *record = (struct ledger_domain){};
}

void shell(const char *command)
{
        _cleanup_free_ char *line = NULL;

        assert_true(asprintf(&line, "cd %s && %s", scratch, command) >= 0);
        assert_int_equal(system(line), 0);
}

void assert_mode(const char *path, uid_t uid, mode_t mode)
{
        struct stat st;

        assert_int_equal(lstat(path, &st), 0);
        assert_true(S_ISDIR(st.st_mode));
        assert_int_equal(st.st_uid, uid);
        assert_int_equal(st.st_mode & 07777, mode);
}

void refuse(const char *name, int error, const char *word)
{
        struct base_request r = request(in_scratch(name));
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        assert_int_equal(claim(&r, &record), error);
        assert_non_null(strstr(logged(), word));
        assert_null(record.path);
}
