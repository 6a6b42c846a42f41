/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/tool/plan-acts.h"

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "generator/mount-options.h"
#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/fake-machine.h"

struct tool tool;
static char root[32];
const char *damage; /* what is found to be damaged of "a" */
enum drift_kind damage_kind;

/* The directories that it would look for are not those of the tree of files. */
int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret);
int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret)
{
        if (!damage)
                return 0;
        return drift_add(ret, &(struct drift){ .kind = damage_kind, .domain = (char *) "a" }, "%s",
                         damage);
}

static void put_file(int directory, const char *path, const char *text)
{
        int fd = openat(directory, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
}

void make_root_directory(const char *path, mode_t mode)
{
        if (mkdirat(tool.root, path, 0700) < 0)
                assert_int_equal(errno, EEXIST);
        assert_int_equal(fchmodat(tool.root, path, mode, 0), 0);
}

int plan_setup(void **state)
{
        tool = (struct tool) TOOL_NULL;
        damage = NULL;
        fake_machine_open(&tool.machine);
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 10, 10, 0);
        fake_pool_set(&tool.machine, 2, PAGE_HUGE, 0, 0, 0);
        strcpy(root, "/tmp/fd-shmem-test.XXXXXX");
        assert_non_null(mkdtemp(root));
        tool.root = open(root, O_DIRECTORY | O_CLOEXEC);
        make_root_directory("etc", 0755);
        make_root_directory("mnt", 0755);
        (void) mkdirat(tool.machine.procfs, "self", 0755);
        put_file(tool.machine.procfs, "meminfo", "MemTotal:        8388608 kB\n");
        return 0;
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        return remove(path);
}

int plan_teardown(void **state)
{
        close(tool.root);
        nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        fake_machine_close(&tool.machine);
        return 0;
}

/* What is given to a tmpfs beside the configuration. */
static const char *tmpfs_flags(void)
{
        static const struct domain domain = { .normal = NORMAL_MOUNT };
        _cleanup_free_ char *options = NULL;
        const char *file_system;

        assert_int_equal(mount_options(&domain, PAGE_NORMAL, &file_system, &options), 0);
        return strstr(options, "nosuid,nodev") ? "nosuid,nodev," : "";
}

static void set_mounts(const char *normal, const char *huge)
{
        _cleanup_free_ char *text = NULL;

        assert_true(
                asprintf(&text,
                         "20 1 8:1 / / rw,relatime - ext4 /dev/root rw\n"
                         "%s%s%s%s%s%s%s%s",
                         normal ? "30 20 0:40 / /mnt/a/.normal rw," : "",
                         normal ? tmpfs_flags() : "", normal ? "relatime - tmpfs none rw," : "",
                         normal ?: "", normal ? "\n" : "",
                         huge ? "31 20 0:41 / /mnt/a/.huge rw,relatime - hugetlbfs none rw," : "",
                         huge ?: "", huge ? "\n" : "") >= 0);
        put_file(tool.machine.procfs, "self/mountinfo", text);
}

void record_domain(const char *name, const char *path, bool mounts)
{
        struct ledger_node line = { .asked = 10, .added = 10 };
        struct ledger_reservation reservation = {
                .domain = (char *) name,
                .type = PAGE_HUGE,
                .size = page_size_default(PAGE_HUGE),
                .release = true,
                .nodes = &line,
                .n_nodes = 1,
        };
        struct ledger_domain domain = {
                .name = (char *) name,
                .path = (char *) path,
                .base_made = true,
                .mount = { [PAGE_NORMAL] = mounts, [PAGE_HUGE] = mounts },
        };

        assert_int_equal(ledger_store_reservation(&tool.machine, &reservation), 0);
        assert_int_equal(ledger_store_domain(&tool.machine, &domain), 0);
}

void bring_up(const char *normal, const char *huge)
{
        record_domain("a", "/mnt/a", true);
        make_root_directory("mnt/a", 0750);
        make_root_directory("mnt/a/.normal", 0750);
        make_root_directory("mnt/a/.huge", 0750);
        set_mounts(normal, huge);
        fake_kernel.reserved = strstr(huge ?: "", "min_size=20971520") ? 10 : 0;
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 10, 10, 0);
}

char *plan_text(const char *text, int expected)
{
        _cleanup_free_ char *file = NULL, *owner = NULL;
        char *argv[] = { (char *) "plan", NULL }, *output = NULL;
        size_t size;
        int r;

        assert_true(
                asprintf(&owner, "%s%u\n%s%u\n", strstr(text, "User=") ? "#" : "User=", geteuid(),
                         strstr(text, "Group=") || strstr(text, "no-such-user") ? "#" : "Group=",
                         getegid()) >= 0);
        assert_true(asprintf(&file, "%s%s", text, *text ? owner : "") >= 0);
        put_file(tool.root, "etc/fd-shmem.conf", file);
        tool.out = open_memstream(&output, &size);
        optind = 0;
        r = verb_plan(&tool, 1, argv);
        fclose(tool.out);
        if (r != expected)
                fprintf(stderr, "%s%s%s", file, output, fake_log());
        assert_int_equal(r, expected);
        return output;
}

void says(const char *output, const char *what)
{
        if (!strstr(output, what))
                fprintf(stderr, "nothing like \"%s\" in:\n%s", what, output);
        assert_non_null(strstr(output, what));
}
