/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-setup: hands the mounts, and last the base directory, to the domain's owner. Until the
 * base directory is his, nobody but root gets to the mounts; and it becomes his only when every
 * mount is seen to be there. */

#include <errno.h>
#include <getopt.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/arguments.h"
#include "helpers/modules/directory.h"
#include "helpers/modules/owner.h"
#include "helpers/modules/report.h"

static const char *arg_domain;
static const char *arg_path;
static const char *arg_user = "0";
static const char *arg_group;
static mode_t arg_mode = 0700;
static bool arg_mounts[N_PAGE_TYPES];

static int parse_option(int c)
{
        switch (c) {
        case 'd':
                arg_domain = optarg;
                return 0;
        case 'p':
                arg_path = optarg;
                return 0;
        case 'u':
                arg_user = optarg;
                return 0;
        case 'g':
                arg_group = optarg;
                return 0;
        case 'o':
                return mode_parse(optarg, &arg_mode);
        case 'm':
                return page_types_parse(optarg, arg_mounts);
        default:
                return -EINVAL;
        }
}

static int parse_arguments(int argc, char **argv)
{
        static const struct option options[] = {
                { "domain", required_argument, NULL, 'd' },
                { "path", required_argument, NULL, 'p' },
                { "mounts", required_argument, NULL, 'm' },
                { "user", required_argument, NULL, 'u' },
                { "group", required_argument, NULL, 'g' },
                { "mode", required_argument, NULL, 'o' },
                {},
        };
        int c, r = 0;

        while (r >= 0 && (c = getopt_long(argc, argv, "", options, NULL)) >= 0)
                r = parse_option(c);
        if (r < 0 || optind != argc || !arg_domain || !arg_path || arg_path[0] != '/')
                return log_error_errno(EINVAL,
                                       "Usage: %s --domain=NAME --path=PATH --mounts=TYPE,... "
                                       "[--user=USER] [--group=GROUP] [--mode=MODE]",
                                       argv[0]);
        return 0;
}

/* Opens the root of the mount of TYPE, having checked that it is the mount: the bare mount point
 * must never become the owner's, or a client makes "huge" regions on the root file system. */
static int open_mount(int base, enum page_type type)
{
        const char *name = page_type_directory(type);
        _cleanup_close_ int fd = directory_open_at(base, name);
        struct directory_id outside, inside;
        struct statfs fs;
        int r;

        if (fd < 0)
                return log_error_errno(fd, "%s/%s: cannot open: %m", arg_path, name);
        r = directory_identify(base, &outside);
        if (r >= 0)
                r = directory_identify(fd, &inside);
        if (r >= 0 && fstatfs(fd, &fs) < 0)
                r = -errno;
        if (r < 0)
                return log_error_errno(r, "%s/%s: cannot look at it: %m", arg_path, name);

        if (outside.mount_id == inside.mount_id)
                return log_error_errno(ENODEV, "%s/%s: nothing is mounted there", arg_path, name);
        if (!page_type_has_pool(type) && fs.f_type != TMPFS_MAGIC)
                return log_error_errno(EMEDIUMTYPE, "%s/%s: what is mounted there is no tmpfs",
                                       arg_path, name);
        if (page_type_has_pool(type) &&
            (fs.f_type != HUGETLBFS_MAGIC || (uint64_t) fs.f_bsize != page_type_size(type)))
                return log_error_errno(EMEDIUMTYPE,
                                       "%s/%s: what is mounted there is no hugetlbfs of %s pages",
                                       arg_path, name, page_type_name(type));
        return TAKE_FD(fd);
}

/* The owner first: changing it may clear bits of the mode. */
static int hand_over(int fd, const struct owner *owner, const char *name)
{
        if (fchown(fd, owner->uid, owner->gid) < 0)
                return log_error_errno(errno, "%s%s: cannot set the owner: %m", arg_path, name);
        if (fchmod(fd, arg_mode) < 0)
                return log_error_errno(errno, "%s%s: cannot set the mode: %m", arg_path, name);
        return 0;
}

static int hand_over_mounts(int base, const struct owner *owner)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_close_ int fd = -1;
                char name[32];
                int r;

                if (!arg_mounts[type])
                        continue;
                fd = open_mount(base, type);
                if (fd < 0)
                        return fd;
                snprintf(name, sizeof name, "/%s", page_type_directory(type));
                r = hand_over(fd, owner, name);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int run(void)
{
        _cleanup_close_ int base = -1;
        struct owner owner;
        int r;

        r = owner_resolve(arg_user, arg_group, &owner);
        if (r < 0)
                return r;

        base = directory_open(arg_path);
        if (base < 0)
                return log_error_errno(base, "%s: cannot open: %m", arg_path);
        r = directory_seal(base);
        if (r < 0)
                return log_error_errno(r, "%s: cannot be closed to others: %m", arg_path);

        r = hand_over_mounts(base, &owner);
        return r < 0 ? r : hand_over(base, &owner, "");
}

int main(int argc, char **argv)
{
        int r;

        r = parse_arguments(argc, argv);
        if (r < 0)
                return EXIT_FAILURE;

        report_open(arg_domain);
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
