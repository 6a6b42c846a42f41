/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/mount-options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/words/packed-list.h"

/* What the configuration adds, with a comma before each part; "" if that is nothing. NULL: no memory. */
static char *further_options(const struct domain *domain, enum page_type type)
{
        const char *all = domain->options, *own = domain->type_options[type];
        char *text;

        if (!all && !own)
                return strdup("");
        if (asprintf(&text, "%s%s%s%s", all ? "," : "", all ?: "", own ? "," : "", own ?: "") < 0)
                return NULL;
        return text;
}

/* mpol= of a tmpfs, which our mount helper completes: it knows the nodes, and the kernel would only say that
 * an option is bad. */
static int format_policy(const struct domain *domain, const char **ret_file_system, char **ret)
{
        bool near = domain_normal_is_near(domain);
        _cleanup_free_ char *nodes = NULL, *devices = NULL;
        int r;

        if (!domain->normal_nodes)
                return 0;
        nodes = strdup(domain->normal_nodes);
        r = nodes ? 0 : -ENOMEM;
        if (r >= 0 && near)
                r = device_list_format(&domain->policy.devices, &devices);
        if (r < 0)
                return r;
        packed_list_make(nodes, ',');
        if (devices)
                packed_list_make(devices, ' ');

        *ret_file_system = "fd-shmem";
        r = asprintf(ret, "mpol=bind:%s,%s%s%s%s", nodes, devices ? "devices=" : "", devices ?: "",
                     devices ? "," : "",
                     near && domain->policy.shortage == SHORTAGE_CONTINUE ? "shortage=continue," : "");
        if (r < 0)
                *ret = NULL;
        return r < 0 ? -ENOMEM : 0;
}

/* The tmpfs is mounted accessible only to root; setup hands it over to its owner. */
static int tmpfs_options(const struct domain *domain, const char **ret_file_system, char **ret)
{
        _cleanup_free_ char *size = NULL, *policy = NULL,
                            *further = further_options(domain, PAGE_NORMAL);
        int r = further ? 0 : -ENOMEM;

        *ret_file_system = "tmpfs";
        if (r >= 0 && domain->normal == NORMAL_SIZE)
                r = amount_format(&domain->normal_size, &size);
        if (r >= 0)
                r = format_policy(domain, ret_file_system, &policy);
        if (r < 0)
                return r;

        /* Mounts of huge pages cannot use these two options: Firedancer compares their options. */
        r = asprintf(ret, "nosuid,nodev,%s%s%s%smode=0700%s", size ? "size=" : "", size ?: "",
                     size ? "," : "", policy ?: "", further);
        return r < 0 ? -ENOMEM : 0;
}

/* The min_size= of a hugetlbfs mount. */
enum min_size {
        MIN_SIZE_NONE,
        MIN_SIZE_FIXED,    /* a number known now */
        MIN_SIZE_RESERVED, /* by the pages obtained by the reservation */
};

static enum min_size decide_min_size(const struct domain *domain, enum page_type type,
                                     uint64_t *ret_bytes)
{
        const struct page_request *request = &domain->request[type];
        struct page_size size = domain_page_size(domain, type);
        uint64_t pages = 0;

        if (domain->claim[type].scope == CLAIM_NONE)
                return MIN_SIZE_NONE;
        if (request->scope != REQUEST_MOUNT &&
            (domain->policy.shortage == SHORTAGE_CONTINUE ||
             !page_request_is_fixed(request, size.bytes, &pages)))
                return MIN_SIZE_RESERVED;

        *ret_bytes = mount_claim_pages(&domain->claim[type], size, pages) * size.bytes;
        return MIN_SIZE_FIXED;
}

/* "", or ":75%", the part of the reserved pages. Caller frees. */
static int format_part(const struct mount_claim *claim, char **ret)
{
        _cleanup_free_ char *amount = NULL;
        int r;

        if (claim->scope != CLAIM_PART)
                return (*ret = strdup("")) ? 0 : -ENOMEM;
        r = amount_format(&claim->amount, &amount);
        if (r < 0)
                return r;
        return asprintf(ret, ":%s", amount) < 0 ? -ENOMEM : 0;
}

/* The options in the order and wording in which the kernel prints them. */
static int hugetlbfs_options(const struct domain *domain, enum page_type type,
                             const char **ret_file_system, char **ret)
{
        struct page_size_option page_size = page_size_option(domain_page_size(domain, type));
        _cleanup_free_ char *part = NULL, *further = further_options(domain, type);
        uint64_t bytes = 0;
        int r = format_part(&domain->claim[type], &part);

        if (r >= 0 && !further)
                r = -ENOMEM;
        if (r < 0)
                return r;
        *ret_file_system = "hugetlbfs";
        switch (decide_min_size(domain, type, &bytes)) {
        case MIN_SIZE_NONE:
                r = asprintf(ret, "pagesize=%s%s", page_size.text, further);
                break;
        case MIN_SIZE_FIXED:
                r = asprintf(ret, "pagesize=%s,min_size=%" PRIu64 "%s", page_size.text, bytes,
                             further);
                break;
        default:
                *ret_file_system = "fd-shmem";
                r = asprintf(ret, "pagesize=%s,min_size=reserved%s,domain=%s%s", page_size.text,
                             part, domain->name, further);
        }

        return r < 0 ? -ENOMEM : 0;
}

int mount_options(const struct domain *domain, enum page_type type, const char **ret_file_system,
                  char **ret_options)
{
        if (type != PAGE_NORMAL)
                return hugetlbfs_options(domain, type, ret_file_system, ret_options);

        return tmpfs_options(domain, ret_file_system, ret_options);
}
