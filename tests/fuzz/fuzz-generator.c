/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The generator, all of it. The input is a main file, a drop-in and an fstab, with a line "---" between
 * them; one more drop-in, which is always the same, has a good domain. Whatever the rest says: the
 * generator does its work, twice with the same result; each unit keeps the rules (units.h); each domain
 * has the units that it has to have, and the good one is there. */

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/load.h"
#include "generator/log-kmsg.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/units.h"

#define SEPARATOR "\n---\n"

#define GOOD_NAME "zz-known-good"
#define GOOD_TEXT               \
        "[" GOOD_NAME "]\n"     \
        "Path=/" GOOD_NAME "\n" \
        "Huge=0:1\n"            \
        "Gigantic=no\n"         \
        "User=root\n"           \
        "Boot=yes\n"

/* Of the good domain: what shows that it comes up. */
static const char *const good_files[] = {
        "fd-shmem-prepare@" GOOD_NAME ".service.d/50-fd-shmem.conf",
        "fd-shmem-reserve@" GOOD_NAME ":huge.service.d/50-fd-shmem.conf",
        "fd-shmem-setup@" GOOD_NAME ".service.d/50-fd-shmem.conf",
        "fd-shmem.target.wants/fd-shmem@" GOOD_NAME ".target",
        "/zz\\x2dknown\\x2dgood-.huge.mount",
        "/zz\\x2dknown\\x2dgood-.normal.mount",
};

/* generator/fd-shmem-generator.c, compiled under this name. */
int generator_main(int argc, char **argv);

static char root[PATH_MAX], unit_directory[PATH_MAX];
static int root_fd = -1;

/* In place of generator/log-kmsg.c: messages stay here. */
void log_kmsg_setup(const char *program)
{
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        static const char *const directories[] = { "etc", "etc/fd-shmem.conf.d", "mnt", "proc" };

        snprintf(root, sizeof(root), "%s/root", fuzz_scratch());
        snprintf(unit_directory, sizeof(unit_directory), "%s/units", fuzz_scratch());
        require(mkdir(root, 0755) >= 0);
        require(mkdir(unit_directory, 0755) >= 0);
        root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        require(root_fd >= 0);

        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                require(mkdirat(root_fd, directories[i], 0755) >= 0);
        require(symlinkat("mnt", root_fd, "link") >= 0);
        require(symlinkat("loop", root_fd, "loop") >= 0);
        fuzz_write(root_fd, "etc/fd-shmem.conf.d/90-good.conf", GOOD_TEXT, strlen(GOOD_TEXT));
        return 0;
}

/* Cuts the next of the input's files off *DATA. */
static void write_part(const char *path, const uint8_t **data, size_t *size)
{
        const uint8_t *end = memmem(*data, *size, SEPARATOR, strlen(SEPARATOR));
        size_t length = end ? (size_t) (end - *data) + 1 : *size;
        size_t used = end ? length + strlen(SEPARATOR) - 1 : *size;

        fuzz_write(root_fd, path, *data, length);
        *data += used;
        *size -= used;
}

/* The units that the generator makes of what is below the root. */
static char *generate(void)
{
        char option[PATH_MAX + sizeof("--root=")];
        char *argv[] = { (char *) "fd-shmem-generator", option, unit_directory, NULL };

        snprintf(option, sizeof(option), "--root=%s", root);
        fuzz_remove(unit_directory, /* self= */ 0);
        optind = 0;
        require(generator_main(3, argv) == EXIT_SUCCESS);
        return units_collect(unit_directory);
}

static void ignore(int level, const char *file, unsigned line, const char *message, void *userdata)
{
}

static char *unit_of(const char *prefix, const char *domain, const char *suffix)
{
        char *name;

        require(asprintf(&name, "%s@%s.%s.d/50-fd-shmem.conf", prefix, domain, suffix) >= 0);
        return name;
}

/* Each unit that requires the domain says so, be the domain good or bad. */
static void check_consumers(const char *units, const struct domain *domain)
{
        _cleanup_free_ char *target = NULL;

        require(asprintf(&target, "fd-shmem@%s.target", domain->name) >= 0);
        for (char **unit = domain->required_by; unit && *unit; unit++) {
                _cleanup_free_ char *name = NULL, *requires = NULL, *after = NULL;

                require(asprintf(&name, "%s.d/50-fd-shmem-%s.conf", *unit, domain->name) >= 0);
                requires = units_value(units, name, "Requires", "");
                after = units_value(units, name, "After", "");
                require(requires && strcmp(requires, target) == 0);
                require(after && strcmp(after, target) == 0);
        }
}

/* A bad domain's target fails and says why; a good one's directory is the one that was declared. */
static void check_domain(const char *units, const struct domain *domain)
{
        _cleanup_free_ char *prepare = unit_of("fd-shmem-prepare", domain->name, "service");
        _cleanup_free_ char *target = unit_of("fd-shmem", domain->name, "target");
        _cleanup_free_ char *command =
                units_value(units, prepare, "ExecStart", HELPERDIR "/prepare ");
        _cleanup_free_ char *description = units_value(units, target, "Description", "");
        _cleanup_free_ char *path = NULL, *error = NULL;

        require(command);
        require(!description == !domain->error);
        check_consumers(units, domain);
        error = units_argument(command, "--error=");
        require(!error == !domain->error);
        if (domain->error)
                return;

        path = units_argument(command, "--path=");
        require(path && strcmp(path, domain->path) == 0);
}

static void check_good(const char *units)
{
        for (size_t i = 0; i < ELEMENTSOF(good_files); i++) {
                _cleanup_free_ char *head = NULL;

                require(asprintf(&head, "\n==%s\n", good_files[i]) >= 0);
                require(strstr(units, head));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        _cleanup_config_ struct config config = {};
        _cleanup_free_ char *units = NULL, *again = NULL;
        bool names_good = memmem(data, size, GOOD_NAME, strlen(GOOD_NAME));

        fuzz_check_messages();
        write_part("etc/fd-shmem.conf", &data, &size);
        write_part("etc/fd-shmem.conf.d/10-drop-in.conf", &data, &size);
        write_part("etc/fstab", &data, &size);

        units = generate();
        again = generate();
        require(strcmp(units, again) == 0);

        if (config_load(root_fd, ignore, NULL, &config) == -E2BIG)
                return 0;
        for (size_t i = 0; i < config.n_domains; i++)
                check_domain(units, &config.domains[i]);
        if (!names_good)
                check_good(units);
        return 0;
}
