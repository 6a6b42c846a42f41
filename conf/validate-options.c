/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options for all mounts of a domain, compared with the file systems that it has; and options that
 * need a newer kernel than others. */

#include <errno.h>
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

void validate_options(struct loader *loader, struct section *section)
{
        const struct domain *domain = &section->domain;

        for_each_option(loader, section, domain->options, check_for_all);
        if (domain->normal != NORMAL_NONE)
                for_each_option(loader, section, domain->type_options[PAGE_NORMAL], check_kernel);
}
