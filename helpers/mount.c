/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* mount.fd-shmem: the helper of mount(8) for the file system type "fd-shmem" (see its section EXTERNAL
 * HELPERS). It is hugetlbfs whose min_size= is known only once the domain's pages are reserved:
 * "min_size=reserved,domain=NAME" becomes the number of bytes that the ledger has for the domain, and
 * "min_size=reserved:AMOUNT" at most so much of it, in pages, bytes or percent. Without pagesize= it is a
 * tmpfs, whose mpol=bind:NODES is checked, for the kernel does not say what is wrong with it. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/log.h"
#include "basic/words/mount-claim.h"
#include "basic/words/arguments.h"
#include "helpers/modules/holdings/holdings-text.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/mounts/mount-context.h"
#include "helpers/modules/mounts/option-string.h"
#include "helpers/mount-tmpfs.h"

/* A superblock is destroyed after its unmount has returned, and holds its claim until then. */
#define CLAIM_POLL_NSEC (5 * 1000 * 1000)
#define CLAIM_POLLS     50

static const char *arg_target;
static const char *arg_options;
/* The claim; none without pages. */
static struct page_size claim_size;
static uint64_t claim_pages;
static bool arg_fake;
static bool arg_verbose;

/* mount(8): /sbin/mount.TYPE SPEC DIR [-sfnv] [-N namespace] -o options [-t type.subtype] */
static int parse_arguments(int argc, char **argv)
{
        int c, r = 0;

        while ((c = getopt(argc, argv, "sfnvN:o:t:")) >= 0)
                if (c == 'o')
                        arg_options = optarg;
                else if (c == 'f')
                        arg_fake = true;
                else if (c == 'v')
                        arg_verbose = true;
                else if (c == '?' || c == 'N')
                        r = -EINVAL;
        if (r < 0 || argc != optind + 2 || !arg_options)
                return log_error_errno(EINVAL, "Usage: %s SPEC DIR [-sfnv] -o OPTIONS", argv[0]);

        arg_target = argv[optind + 1];
        return 0;
}

static int copy_option(const char *options, const char *name, char **ret)
{
        int r = option_string_copy(options, name, ret);

        return r < 0 ? log_error_errno(r, "%s: cannot read the option %s=: %m", arg_target, name) : 0;
}

static int read_page_size(const char *options, struct page_size *ret)
{
        _cleanup_free_ char *size = NULL;
        int r = copy_option(options, "pagesize", &size);

        if (r < 0)
                return r;
        return page_size_parse(size, ret) < 0
                       ? log_error_errno(EINVAL, "%s: pagesize=%s: not a size of huge pages",
                                         arg_target, size)
                       : 0;
}

/* "reserved", or "reserved:75%". */
static int read_claim(const char *options, struct mount_claim *ret)
{
        _cleanup_free_ char *value = NULL;
        const char *phrase = "is not \"reserved\"", *part;
        int r = copy_option(options, "min_size", &value);

        *ret = (struct mount_claim){ .scope = CLAIM_ALL };
        if (r < 0 || strcmp(value, "reserved") == 0)
                return r;
        part = strchr(value, ':');
        r = part ? mount_claim_parse(part + 1, ret, &phrase) : -EINVAL;
        return r < 0 ? log_error_errno(r, "%s: min_size=%s: the part of the pages %s", arg_target, value,
                                       phrase)
                     : 0;
}

/* The domain uses the available pages: of its PAGES, as many as a mount can claim now. Others may use the
 * rest, and the whole mount would fail. */
static void claim_less(const struct machine *machine, const char *domain, struct page_size size,
                       uint64_t *pages)
{
        uint64_t left = 0;

        for (unsigned i = 0; i < CLAIM_POLLS; i++) {
                if (claim_left(machine, size, &left) < 0 || *pages <= left)
                        return;
                clock_pause(CLAIM_POLL_NSEC);
        }
        log_warning("%s: of the %" PRIu64 " %s pages of domain %s, %" PRIu64
                    " are claimed (Shortage=continue): others use the rest, or have claimed it "
                    "(\"fd-shmem query\" says who)",
                    arg_target, *pages, page_size_name(size), domain, left);
        *pages = left;
}

/* The domain's reservation of pages of SIZE, whatever their type. -ENOENT. */
static int load_reservation(const struct machine *machine, const char *domain,
                            struct page_size size, struct ledger_reservation *ret)
{
        for_each_pool_type(type)
                if (page_size_equal(ledger_reservation_size(machine->state, domain, type), size)) {
                        int r = ledger_load_reservation(machine, domain, type, ret);

                        if (r != -ENOENT)
                                return r;
                }
        return -ENOENT;
}

/* What the mount is to claim of the pages that the domain has. */
static int claimed_bytes(const char *domain, struct page_size size, const struct mount_claim *claim,
                         uint64_t *ret)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        uint64_t pages;
        int r;

        r = machine_open("", &machine);
        if (r < 0)
                return r;
        r = load_reservation(&machine, domain, size, &reservation);
        if (r == -ENOENT)
                return log_error_errno(r, "%s: no %s pages are reserved for domain %s", arg_target,
                                       page_size_name(size), domain);
        if (r < 0)
                return r;
        pages = mount_claim_pages(claim, size, holdings_total(&reservation));
        if (reservation.take_less)
                claim_less(&machine, domain, size, &pages);

        *ret = pages * size.bytes;
        return 0;
}

/* Replaces our own options by the real ones, in place; the order of the others stays. */
static int translate_options(char **options)
{
        _cleanup_free_ char *domain = NULL;
        char bytes[24];
        struct page_size page_size;
        struct mount_claim claim;
        uint64_t size = 0;
        int r;

        r = read_page_size(*options, &page_size);
        if (r >= 0)
                r = read_claim(*options, &claim);
        if (r >= 0)
                r = copy_option(*options, "domain", &domain);
        if (r >= 0 && !domain_name_is_safe(domain))
                r = log_error_errno(EINVAL, "%s: domain=%s: not a domain's name", arg_target,
                                    domain);
        if (r >= 0)
                r = claimed_bytes(domain, page_size, &claim, &size);
        if (r < 0)
                return r;

        claim_size = page_size;
        claim_pages = size / page_size.bytes;
        snprintf(bytes, sizeof(bytes), "%" PRIu64, size);
        r = option_string_set(options, "min_size", bytes);
        if (r >= 0)
                r = option_string_remove(options, "domain");
        return r < 0 ? log_error_errno(r, "%s: cannot put the mount options together: %m",
                                       arg_target)
                     : 0;
}

static int mount_as(const char *file_system, const char *options)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_free_ char *reason = NULL;
        struct mount_failure failure;
        int status = mount_context_run(file_system, arg_target, options, arg_fake, &failure);

        if (status == 0)
                return 0;
        log_error("%s: %s (options %s)", arg_target, failure.text, options);
        /* mount(8) only prints "cannot allocate memory". */
        if (failure.error == ENOMEM && machine_open("", &machine) >= 0 &&
            claim_explain(&machine, claim_size, claim_pages, &reason) > 0)
                log_error("%s: %s", arg_target, reason);
        return status;
}

/* The exit status is mount(8)'s. */
int main(int argc, char **argv)
{
        _cleanup_free_ char *options = NULL;
        const char *file_system = "hugetlbfs", *value;
        size_t length;

        if (parse_arguments(argc, argv) < 0)
                return MOUNT_EXIT_USAGE;
        options = strdup(arg_options);
        if (!options)
                return MOUNT_EXIT_SYSTEM;
        if (!option_string_get(options, "pagesize", &value, &length))
                file_system = "tmpfs";
        if ((strcmp(file_system, "tmpfs") == 0 ? mount_tmpfs_translate(arg_target, &options)
                                               : translate_options(&options)) < 0)
                return MOUNT_EXIT_FAILED;
        if (arg_verbose)
                log_info("%s: mounting %s with %s", arg_target, file_system, options);
        return mount_as(file_system, options);
}
