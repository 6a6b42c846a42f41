/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "conf/keys/option-table.h"
#include "conf/keys/values.h"

static int check_option(const char *option, size_t length, char **ret_reason)
{
        const char *reason = option_refusal(option, length);

        if (length == 0 || *option == '=')
                return refuse(ret_reason, -EINVAL, "an option between the commas has no name");
        if (reason)
                return refuse(ret_reason, -EINVAL, "'%.*s' cannot be set here: %s", (int) length,
                              option, reason);
        return 0;
}

static int check_characters(const char *text, char **ret_reason)
{
        for (const char *p = text; *p; p++)
                if ((unsigned char) *p <= ' ' || *p == 0x7f || *p == '\\')
                        return refuse(
                                ret_reason, -EINVAL,
                                "'%s' contains a blank, a backslash or a control character; write "
                                "OPTION,OPTION=VALUE",
                                text);
        return 0;
}

/* Which file systems there will be is known only when all has been read (conf/validate-options.c). */
static int parse_options(const struct key *key, const char *text, void *target, char **ret_reason)
{
        int r = check_characters(text, ret_reason);

        for (const char *option = text; r >= 0 && option; option = strchr(option, ',')) {
                option += *option == ',';
                r = check_option(option, strcspn(option, ","), ret_reason);
        }
        return r < 0 ? r : value_set_text(text, target, ret_reason);
}

const struct value_type value_options = { .parse = parse_options, .unset = value_unset_text };

/* The size of a mount of normal pages is a key of its own. */
static int check_size(const struct key *key, const char *option, size_t length, char **ret_reason)
{
        size_t n = strcspn(option, "=,");

        if (key->page_type == PAGE_NORMAL && ((n == 4 && strncmp(option, "size", n) == 0) ||
                                              (n == 9 && strncmp(option, "nr_blocks", n) == 0)))
                return refuse(ret_reason, -EINVAL, "'%.*s' cannot be set here: Normal= decides it",
                              (int) length, option);
        return 0;
}

static int parse_type_options(const struct key *key, const char *text, void *target,
                              char **ret_reason)
{
        unsigned file_system = option_file_system(key->page_type);
        int r = check_characters(text, ret_reason);

        for (const char *option = text; r >= 0 && option; option = strchr(option, ',')) {
                size_t length;

                option += *option == ',';
                length = strcspn(option, ",");
                r = check_option(option, length, ret_reason);
                if (r >= 0)
                        r = check_size(key, option, length, ret_reason);
                if (r >= 0)
                        r = option_check(option, length, file_system, ret_reason);
        }
        return r < 0 ? r : value_set_text(text, target, ret_reason);
}

const struct value_type value_type_options = {
        .parse = parse_type_options,
        .unset = value_unset_text,
};
