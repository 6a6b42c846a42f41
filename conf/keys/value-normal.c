/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The value of Normal=: yes, no or a size, and after "@" the nodes that the memory is to come from. */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/words/node-set.h"
#include "conf/keys/model.h"
#include "conf/keys/values.h"

static int check_normal_size(const char *text, const struct amount *amount, char **ret_reason)
{
        uint64_t page_size = page_type_size(PAGE_NORMAL);

        if (amount->kind == AMOUNT_PAGES)
                return refuse(ret_reason, -EINVAL,
                              "'%s' has no unit; write a size such as 4G, a percentage, yes or no",
                              text);
        if (amount->ceiling.set)
                return refuse(ret_reason, -EINVAL,
                              "'%s' has a ceiling, which tmpfs does not know; write a size or a "
                              "percentage",
                              text);
        if (amount->value == 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' would mean no limit to tmpfs; write yes for its default, half "
                              "of the memory, or no",
                              text);
        if (amount->kind == AMOUNT_PERCENT && amount->value % 100 != 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' has a fraction; tmpfs takes whole "
                              "percentages only",
                              text);
        if (amount->kind == AMOUNT_BYTES && amount->value % page_size != 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' is not a multiple of the page size, %" PRIu64 " KiB", text,
                              page_size / 1024);
        return 0;
}

static int parse_size(const char *text, struct domain *domain, char **ret_reason)
{
        struct amount amount;
        const char *phrase;
        int r;

        /* "0" and "1" are booleans elsewhere, and page counts in Huge=: here they are neither. */
        r = isdigit((unsigned char) *text) ? -EINVAL : boolean_parse(text);
        if (r >= 0) {
                domain->normal = r > 0 ? NORMAL_MOUNT : NORMAL_NONE;
                return 0;
        }

        r = amount_parse(text, &amount, &phrase);
        if (r < 0)
                return refuse(ret_reason, r,
                              "'%s' is not a size such as 4G or a percentage, nor yes "
                              "or no",
                              text);
        r = check_normal_size(text, &amount, ret_reason);
        if (r < 0)
                return r;

        domain->normal = NORMAL_SIZE;
        domain->normal_size = amount;
        return 0;
}

/* "0,2-3", or "near". */
static int parse_nodes(const char *text, char **ret, char **ret_reason)
{
        struct node_set nodes;

        if (strcmp(text, NORMAL_NEAR) == 0)
                *ret = strdup(text);
        else if (node_set_parse(text, &nodes) < 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' is not a list of nodes such as 0 or 0,2-3, nor near", text);
        else
                *ret = node_set_format(&nodes);
        return *ret ? 0 : refuse(ret_reason, -ENOMEM, "out of memory");
}

static int parse_normal(const struct key *key, const char *text, void *target, char **ret_reason)
{
        _cleanup_free_ char *size = strdup(text), *nodes = NULL;
        struct domain *domain = target;
        char *at = size ? strchr(size, '@') : NULL;
        int r = size ? 0 : refuse(ret_reason, -ENOMEM, "out of memory");

        if (at) {
                *at++ = '\0';
                r = parse_nodes(at, &nodes, ret_reason);
        }
        if (r >= 0)
                r = parse_size(size, domain, ret_reason);
        if (r < 0)
                return r;
        if (at && domain->normal == NORMAL_NONE)
                return refuse(ret_reason, -EINVAL, "'%s' has nodes, but no mount", text);
        free(domain->normal_nodes);
        domain->normal_nodes = TAKE_PTR(nodes);
        return 0;
}

const struct value_type value_normal = { .parse = parse_normal };
