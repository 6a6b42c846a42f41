/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The value of MinSize=: "yes", "no" or a share for all types, or "TYPE:CLAIM[,...]". */

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/words/mount-claim.h"
#include "conf/keys/values.h"

static int parse_claim(const char *text, struct mount_claim *ret, char **ret_reason)
{
        const char *phrase;
        int r = mount_claim_parse(text, ret, &phrase);

        return r < 0 ? refuse(ret_reason, r, "'%s' is not yes, no, a number of pages, a size or a percentage",
                              text)
                     : 0;
}

/* One number cannot fit pages of two sizes. */
static int parse_for_all(const char *text, struct mount_claim claims[N_PAGE_TYPES], char **ret_reason)
{
        struct mount_claim claim = { .scope = CLAIM_ALL };
        int r = boolean_parse(text); /* "1" is yes, as everywhere */

        if (r == 0)
                claim.scope = CLAIM_NONE;
        if (r < 0)
                r = parse_claim(text, &claim, ret_reason);
        if (r < 0)
                return r;
        if (claim.scope == CLAIM_PART && claim.amount.kind != AMOUNT_PERCENT)
                return refuse(ret_reason, -EINVAL,
                              "'%s' does not say of which pages; write huge:%s or gigantic:%s", text, text,
                              text);
        for_each_pool_type(type)
                claims[type] = claim;
        return 0;
}

/* WORD is "TYPE:CLAIM". */
static int parse_for_type(char *word, struct mount_claim claims[N_PAGE_TYPES], bool seen[N_PAGE_TYPES],
                          char **ret_reason)
{
        char *value = strchr(word, ':');
        int type;

        if (!value)
                return refuse(ret_reason, -EINVAL, "'%s' names no page type; write huge:%s or gigantic:%s",
                              word, word, word);
        *value++ = '\0';
        type = page_type_from_name(word);
        if (type < 0 || !page_type_has_pool(type))
                return refuse(ret_reason, -EINVAL, "'%s' is not %s", word, page_type_pool_names());
        if (seen[type])
                return refuse(ret_reason, -EINVAL, "'%s' is there twice", word);
        seen[type] = true;
        return parse_claim(value, &claims[type], ret_reason);
}

static int parse_claims(const struct key *key, const char *text, void *target, char **ret_reason)
{
        struct mount_claim claims[N_PAGE_TYPES] = {};
        bool seen[N_PAGE_TYPES] = {};
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *word;
        int r = 0;

        if (!copy)
                return refuse(ret_reason, -ENOMEM, "out of memory");
        if (!strchr(text, ':') && !strchr(text, ','))
                r = parse_for_all(text, claims, ret_reason);
        else
                while (r >= 0 && (word = strsep(&rest, ",")))
                        r = parse_for_type(word, claims, seen, ret_reason);
        if (r >= 0)
                memcpy(target, claims, sizeof(claims));
        return r;
}

const struct value_type value_claims = { .parse = parse_claims };
