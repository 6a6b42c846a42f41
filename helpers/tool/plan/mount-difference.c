/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options of one mount: those that its unit would have, against those that the kernel shows. */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/words/amount.h"
#include "generator/mount-options.h"
#include "helpers/modules/mounts/option-string.h"
#include "helpers/tool/plan/difference.h"

/* Options that the kernel shows as they were set (fs/proc_namespace.c, mm/shmem.c,
 * fs/hugetlbfs/inode.c: show_options). Others are for mount(8), or leave no trace. */
static const char *const shown_options[] = {
        "nosuid",    "nodev",   "noexec",   "noatime", "nodiratime", "nosymfollow",
        "sync",      "dirsync", "lazytime", "size",    "min_size",   "pagesize",
        "nr_inodes", "huge",    "mpol",     "noswap",  "uid",        "gid",
};

static bool is_named(const struct mount_option *option, const char *name)
{
        return option->name_length == strlen(name) &&
               strncmp(option->name, name, option->name_length) == 0;
}

static bool is_shown(const struct mount_option *option)
{
        for (size_t i = 0; i < ELEMENTSOF(shown_options); i++)
                if (is_named(option, shown_options[i]))
                        return true;
        return false;
}

/* The option of OPTIONS that has the name of WANTED. */
static bool find_option(const char *options, const struct mount_option *wanted,
                        struct mount_option *ret)
{
        const char *cursor = options;

        while (option_string_next(&cursor, ret))
                if (ret->name_length == wanted->name_length &&
                    strncmp(ret->name, wanted->name, wanted->name_length) == 0)
                        return true;
        return false;
}

/* The kernel prints sizes in KiB, people write M and G. Shares are of MEMORY. */
static bool parse_bytes(const struct mount_option *option, uint64_t memory, uint64_t *ret,
                        bool *ret_share)
{
        char text[32];
        struct amount amount;
        const char *reason;

        if (!option->value || option->value_length == 0 || option->value_length >= sizeof(text))
                return false;
        memcpy(text, option->value, option->value_length);
        text[option->value_length] = '\0';
        if (isalpha((unsigned char) text[option->value_length - 1]))
                text[option->value_length - 1] =
                        (char) toupper((unsigned char) text[option->value_length - 1]);
        if (amount_parse(text, &amount, &reason) < 0)
                return false;
        *ret_share = amount.kind == AMOUNT_PERCENT;
        *ret = amount.kind == AMOUNT_PERCENT ? amount_pages(&amount, 1, memory) : amount.value;
        return true;
}

/* A percentage was computed from the memory at that time, which may have changed slightly. */
static bool same_bytes(uint64_t a, uint64_t b, bool share, uint64_t memory)
{
        uint64_t difference = a > b ? a - b : b - a;

        return share ? difference <= memory / 400 : difference < 4096;
}

static bool same_value(const struct mount_option *now, const struct mount_option *then,
                       uint64_t memory)
{
        uint64_t a, b;
        bool share = false, exact;

        if (!now->value || !then->value)
                return !now->value == !then->value;
        if (parse_bytes(now, memory, &a, &exact) && parse_bytes(then, memory, &b, &share))
                return same_bytes(a, b, share, memory);
        return now->value_length == then->value_length &&
               strncmp(now->value, then->value, now->value_length) == 0;
}

/* A tmpfs without size= gets half of the memory; the kernel then shows no size, or, if the memory
 * has changed since, the old size. */
static bool is_default(const struct mount_option *now, uint64_t memory)
{
        uint64_t bytes;
        bool share;

        if (is_named(now, "size"))
                return parse_bytes(now, memory, &bytes, &share) &&
                       same_bytes(bytes, memory / 2, true, memory);
        if (is_named(now, "nr_inodes"))
                return parse_bytes(now, memory, &bytes, &share) &&
                       same_bytes(bytes * 4096, memory / 2, true, memory);
        return false;
}

/* "size=16M", or "no size". Caller frees. */
static char *format_option(const struct mount_option *option, const struct mount_option *other)
{
        char *text;
        int r;

        if (!option)
                r = asprintf(&text, "no %.*s", (int) other->name_length, other->name);
        else if (!option->value)
                r = asprintf(&text, "%.*s", (int) option->name_length, option->name);
        else
                r = asprintf(&text, "%.*s=%.*s", (int) option->name_length, option->name,
                             (int) option->value_length, option->value);
        return r < 0 ? NULL : text;
}

static int add_option(struct differences *list, const char *key, enum page_type type,
                      enum remedy remedy, const struct mount_option *now,
                      const struct mount_option *then)
{
        _cleanup_free_ char *before = format_option(now, then), *after = format_option(then, now),
                            *place = NULL;

        if (!before || !after ||
            asprintf(&place, "%s: %s", page_type_directory(type), before) < 0) {
                place = NULL;
                return -ENOMEM;
        }
        return difference_add(list, key, type, remedy, place, after);
}

/* The key of further options that has the one of this name, or that might have had it. */
static const char *options_key(const struct comparison *c, enum page_type type,
                               const struct mount_option *option)
{
        static const char *const keys[N_PAGE_TYPES] = {
                [PAGE_NORMAL] = "NormalOptions",
                [PAGE_HUGE] = "HugeOptions",
                [PAGE_GIGANTIC] = "GiganticOptions",
        };
        const char *own = c->layout->domain->type_options[type];
        struct mount_option found;

        return own && find_option(own, option, &found) ? keys[type] : "Options";
}

/* The key that sets the option, and the action needed to change it. A tmpfs can be resized while it
 * is mounted, as long as its content fits; hugetlbfs does not support remounting. */
static int report_option(const struct comparison *c, enum page_type type, bool holdings_change,
                         const struct mount_option *now, const struct mount_option *then,
                         struct differences *list)
{
        const struct mount_option *option = then ?: now;
        const struct live_mount *mount = c->live->mount + type;
        enum remedy remedy = REMEDY_RESTART;
        const char *key = options_key(c, type, option);
        uint64_t bytes;
        bool share;

        if (is_named(option, "min_size")) {
                if (holdings_change && now && then)
                        return 0;
                key = "MinSize";
        }
        if (type == PAGE_NORMAL && is_named(option, "mpol") && c->layout->domain->normal_nodes)
                key = "Normal";
        if (is_named(option, "pagesize"))
                key = page_type_size_key(type);
        if (type == PAGE_NORMAL && is_named(option, "size")) {
                bytes = c->memory / 2;
                key = "Normal";
                /* Without size= it would keep its current size. mount(8) does not ask our helper for a
                 * remount. */
                if (then && !c->layout->domain->normal_nodes && parse_bytes(then, c->memory, &bytes, &share) && bytes >= mount->used)
                        remedy = REMEDY_REMOUNT;
        }
        return add_option(list, key, type, remedy, now, then);
}

/* The claim of the mount, if smaller than the BYTES of the domain. */
static uint64_t lesser_claim(const char *options, uint64_t bytes)
{
        uint64_t claimed = bytes;
        const char *value;
        size_t length;

        if (options && option_string_get(options, "min_size", &value, &length))
                claimed = strtoull(value, NULL, 10);
        return claimed < bytes ? claimed : bytes;
}

/* What the mount helper makes of mpol=: commas for "+" (of a list, up to its first comma is compared). Near
 * devices, the nodes are as good as when it was mounted. */
static int set_policy(const char *live, char **options)
{
        char *policy = strstr(*options, "mpol="), *end = policy ? policy + strcspn(policy, ",") : NULL;
        _cleanup_free_ char *nodes = NULL;
        int r;

        if (!policy || !strstr(*options, "mpol=bind:near")) {
                for (char *c = policy; c && c < end; c++)
                        if (*c == '+')
                                *c = ',';
                return 0;
        }
        r = live ? option_string_copy(live, "mpol", &nodes) : -ENOENT;
        if (r == -ENOENT)
                return option_string_remove(options, "mpol");
        return r < 0 ? r : option_string_set(options, "mpol", nodes);
}

/* min_size= that the mount helper fills in: the pages that the reservation got; or those not used by others,
 * for a domain that continues with fewer pages. */
static int set_claim(const struct comparison *c, enum page_type type, char **options)
{
        const struct domain *domain = c->layout->domain;
        struct page_size page = domain_page_size(domain, type);
        uint64_t size = mount_claim_pages(&domain->claim[type], page, c->live->pages[type]) * page.bytes;
        char bytes[24];
        int r;

        if (domain->policy.shortage == SHORTAGE_CONTINUE)
                size = lesser_claim(c->live->mount[type].options, size);
        snprintf(bytes, sizeof(bytes), "%" PRIu64, size);
        r = option_string_set(options, "min_size", bytes);
        return r < 0 ? r : option_string_remove(options, "domain");
}

/* The options of the unit, as its mount helper completes them. */
static int expected_options(const struct comparison *c, enum page_type type, char **ret)
{
        _cleanup_free_ char *options = NULL;
        const char *file_system;
        int r = mount_options(c->layout->domain, type, &file_system, &options);

        if (r < 0)
                return r;
        if (strcmp(file_system, "fd-shmem") == 0 &&
            (type == PAGE_NORMAL ? set_policy(c->live->mount[type].options, &options)
                                 : set_claim(c, type, &options)) < 0)
                return -ENOMEM;
        *ret = TAKE_PTR(options);
        return 0;
}

int differences_of_mount(const struct comparison *c, enum page_type type, bool holdings_change,
                         struct differences *list)
{
        const char *live = c->live->mount[type].options;
        _cleanup_free_ char *expected = NULL;
        struct mount_option now, then;
        const char *cursor;
        int r = expected_options(c, type, &expected);

        for (cursor = expected; r >= 0 && option_string_next(&cursor, &then);) {
                if (!is_shown(&then))
                        continue;
                if (!find_option(live, &then, &now))
                        r = is_default(&then, c->memory)
                                    ? 0
                                    : report_option(c, type, holdings_change, NULL, &then, list);
                else if (!same_value(&now, &then, c->memory))
                        r = report_option(c, type, holdings_change, &now, &then, list);
        }
        for (cursor = live; r >= 0 && option_string_next(&cursor, &now);)
                if (is_shown(&now) && !is_default(&now, c->memory) &&
                    !find_option(expected, &now, &then))
                        r = report_option(c, type, holdings_change, &now, NULL, list);
        return r;
}
