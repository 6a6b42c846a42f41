/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options for all mounts of a domain, compared with the file systems that it has; and options that
 * need a newer kernel than others. */

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "conf/keys/option-table.h"
#include "conf/validate.h"

/* The level of a problem with the options of TYPE's mount, or -1: there is no such mount. A pool that nothing
 * is reserved in may be missing on the machine, and its mount with it. */
static int level_of(const struct domain *domain, enum page_type type)
{
        enum request_scope scope = domain->request[type].scope;

        if (type == PAGE_NORMAL)
                return domain->normal == NORMAL_NONE ? -1 : LOG_ERR;
        if (scope == REQUEST_NONE || domain_page_size(domain, type).bytes == 0)
                return -1;
        return scope == REQUEST_MOUNT && type == PAGE_LARGEST ? LOG_WARNING : LOG_ERR;
}

/* Of the mounts of hugetlbfs, which all take the same, one whose failure is most certain. */
static enum page_type strictest_pool(const struct domain *domain)
{
        enum page_type strictest = PAGE_LARGEST;

        for_each_pool_type(type)
                if (level_of(domain, type) == LOG_ERR || level_of(domain, strictest) < 0)
                        strictest = type;
        return strictest;
}

/* Whether it is right. */
static bool check_for_type(struct loader *loader, struct section *section, const char *option,
                           size_t length, enum page_type type)
{
        const struct place *place = section_place(section, "Options");
        unsigned file_system = option_file_system(type);
        int level = level_of(&section->domain, type);
        _cleanup_free_ char *reason = NULL;
        int r;

        if (level < 0)
                return true;
        r = option_check(option, length, file_system, &reason);
        if (r == -ENOMEM)
                loader->error = r;
        else if (r < 0 && option_file_systems(option, length) & file_system)
                /* hugetlbfs reads a number up to what it does not understand */
                loader_problem(loader, file_system == OPTION_HUGETLBFS ? LOG_WARNING : level,
                               section, place, "Options=: %s", reason);
        else if (r < 0)
                loader_problem(
                        loader, level, section, place,
                        "Options=: %s; NormalOptions= is for the mount of normal pages alone",
                        reason);
        return r >= 0;
}

/* What is in no table may be an option of a kernel to come. */
static void check_for_all(struct loader *loader, struct section *section, const char *option,
                          size_t length)
{
        if (option_file_systems(option, length) == 0) {
                loader_problem(
                        loader, LOG_WARNING, section, section_place(section, "Options"),
                        "Options=: '%.*s' is not known to fd-shmem; if the kernel does not know it "
                        "either, the domain cannot be mounted",
                        (int) length, option);
                return;
        }
        if (check_for_type(loader, section, option, length, PAGE_NORMAL))
                (void) check_for_type(loader, section, option, length,
                                      strictest_pool(&section->domain));
}

static void check_kernel(struct loader *loader, struct section *section, const char *option,
                         size_t length)
{
        const char *kernel = option_kernel(option, length);

        if (kernel)
                loader_problem(loader, LOG_WARNING, section,
                               section_place(section, "NormalOptions"),
                               "NormalOptions=: '%.*s' needs Linux %s or newer", (int) length,
                               option, kernel);
}

static void for_each_option(struct loader *loader, struct section *section, const char *text,
                            void (*check)(struct loader *loader, struct section *section,
                                          const char *option, size_t length))
{
        for (const char *option = text; option; option = strchr(option, ',')) {
                option += *option == ',';
                check(loader, section, option, strcspn(option, ","));
        }
}

/* The bytes of the last size= in OPTIONS; 0: there is none, or one that is not known here (a share). */
static uint64_t size_in(const char *options)
{
        uint64_t size = 0;

        for (const char *option = options; option; option = strchr(option, ',')) {
                _cleanup_free_ char *value = NULL;
                struct amount amount;
                const char *reason;

                option += *option == ',';
                if (strncmp(option, "size=", strlen("size=")) != 0)
                        continue;
                option += strlen("size=");
                value = strndup(option, strcspn(option, ","));
                size = value && amount_parse(value, &amount, &reason) >= 0 &&
                                       amount.kind != AMOUNT_PERCENT
                               ? amount.value
                               : 0;
        }
        return size;
}

/* The kernel refuses a mount that is to claim more than it may hold (hugetlbfs_fill_super()). */
static void check_size(struct loader *loader, struct section *section, enum page_type type)
{
        static const char *const keys[N_PAGE_TYPES] = {
                [PAGE_HUGE] = "HugeOptions",
                [PAGE_GIGANTIC] = "GiganticOptions",
        };
        const struct domain *domain = &section->domain;
        struct page_size page_size = domain_page_size(domain, type);
        uint64_t size = size_in(domain->type_options[type]), pages, claimed;

        if (size == 0 || page_size.bytes == 0 || domain->request[type].scope <= REQUEST_MOUNT ||
            domain->policy.shortage == SHORTAGE_CONTINUE ||
            !page_request_is_fixed(&domain->request[type], page_size.bytes, &pages))
                return;
        claimed = mount_claim_pages(&domain->claim[type], page_size, pages) * page_size.bytes;
        if (size < claimed)
                loader_problem(loader, LOG_ERR, section, section_place(section, keys[type]),
                               "%s=: size= is %" PRIu64 " MiB, and the mount claims %" PRIu64
                               " MiB, see MinSize=",
                               keys[type], size >> 20, claimed >> 20);
}

void validate_options(struct loader *loader, struct section *section)
{
        const struct domain *domain = &section->domain;

        for_each_option(loader, section, domain->options, check_for_all);
        if (domain->normal != NORMAL_NONE)
                for_each_option(loader, section, domain->type_options[PAGE_NORMAL], check_kernel);
        for_each_pool_type(type)
                check_size(loader, section, type);
}
