/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "conf/validate.h"

static void check_request(struct loader *loader, struct section *section, enum page_type type)
{
        const struct domain *domain = &section->domain;
        const struct page_request *request = &domain->request[type];
        uint64_t size = domain_page_size(domain, type).bytes;
        _cleanup_free_ char *reason = NULL;
        const struct place *place;
        int r;

        if (request->scope == REQUEST_NONE || (request->scope == REQUEST_MOUNT && size > 0))
                return;
        place = section_place(section, page_type_key(type));
        if (size == 0) {
                loader_problem(loader, LOG_ERR, section, place,
                               "%s=: this architecture has no %s pages; write no",
                               page_type_key(type), page_type_name(type));
                return;
        }
        r = page_request_check(request, size, &reason);
        if (r == -ENOMEM)
                loader->error = r;
        else if (r < 0)
                loader_problem(loader, LOG_ERR, section, place, "%s=: %s", page_type_key(type),
                               reason);
}

/* The order of reservations, and what breaks up what, follow from the sizes. */
static void check_order(struct loader *loader, struct section *section)
{
        const struct domain *domain = &section->domain;
        struct page_size before = {};
        enum page_type smaller = PAGE_NORMAL;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                struct page_size size = domain_page_size(domain, type);

                if (!page_type_has_pool(type) || domain->request[type].scope == REQUEST_NONE)
                        continue;
                if (size.bytes <= before.bytes)
                        loader_problem(
                                loader, LOG_ERR, section,
                                section_place(section, page_type_size_key(domain->size[type].bytes
                                                                                  ? type
                                                                                  : smaller)),
                                "%s pages of %s would not be larger than %s ones of %s; change "
                                "%s= or %s=, or write no for one of them",
                                page_type_name(type), page_size_text(size), page_type_name(smaller),
                                page_size_text(before), page_type_size_key(smaller),
                                page_type_size_key(type));
                before = size;
                smaller = type;
        }
}

/* A claim of more than is reserved would be refused by the kernel, with ENOMEM. */
static void check_claim(struct loader *loader, struct section *section, enum page_type type)
{
        const struct domain *domain = &section->domain;
        const struct mount_claim *claim = &domain->claim[type];
        const struct place *place;
        struct page_size size = domain_page_size(domain, type);
        uint64_t pages;

        if (claim->scope != CLAIM_PART || !domain->mounts || size.bytes == 0 ||
            domain->request[type].scope <= REQUEST_MOUNT)
                return;
        place = section_place(section, "MinSize");
        if (claim->amount.kind == AMOUNT_BYTES && claim->amount.value % size.bytes != 0)
                loader_problem(loader, LOG_ERR, section, place,
                               "MinSize=: what is claimed of the %s pages is no multiple of their size, %s",
                               page_type_name(type), page_size_text(size));
        else if (claim->amount.kind != AMOUNT_PERCENT &&
                 page_request_is_fixed(&domain->request[type], size.bytes, &pages) &&
                 amount_pages(&claim->amount, size.bytes, 0) > pages)
                loader_problem(loader, LOG_ERR, section, place,
                               "MinSize=: %" PRIu64 " %s pages are claimed, but %s= reserves %" PRIu64,
                               amount_pages(&claim->amount, size.bytes, 0), page_type_name(type),
                               page_type_key(type), pages);
}

void validate_pages(struct loader *loader, struct section *section)
{
        for_each_pool_type(type) {
                check_request(loader, section, type);
                check_claim(loader, section, type);
        }
        check_order(loader, section);
}
