/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/keys/values.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "conf/keys/model.h"
#include "conf/keys/path.h"

/* The longest name of a user that utmp can hold is 31, of systemd-homed 255 (useradd(8): 32). */
#define OWNER_NAME_MAX 255

int value_set_text(const char *text, void *target, char **ret_reason)
{
        char **place = target, *copy = strdup(text);

        if (!copy)
                return refuse(ret_reason, -ENOMEM, "out of memory");

        free(*place);
        *place = copy;
        return 0;
}

void value_unset_text(void *target)
{
        char **place = target;

        free(*place);
        *place = NULL;
}

static int copy_text(const char *text, char **ret)
{
        *ret = strdup(text);
        return *ret ? 0 : -ENOMEM;
}

static int parse_boolean(const struct key *key, const char *text, void *target, char **ret_reason)
{
        int r = boolean_parse(text);

        if (r < 0)
                return refuse(ret_reason, r, "'%s' is neither yes nor no", text);

        *(bool *) target = r > 0;
        return 0;
}

static int format_boolean(const struct key *key, const void *target, char **ret)
{
        return copy_text(*(const bool *) target ? "yes" : "no", ret);
}

const struct value_type value_boolean = { .parse = parse_boolean, .format = format_boolean };

static int parse_boot(const struct key *key, const char *text, void *target, char **ret_reason)
{
        int r = boolean_parse(text);

        if (strcmp(text, "late") == 0)
                *(enum boot *) target = BOOT_LATE;
        else if (r < 0)
                return refuse(ret_reason, r, "'%s' is neither yes, late nor no", text);
        else
                *(enum boot *) target = r > 0 ? BOOT_YES : BOOT_NO;
        return 0;
}

const struct value_type value_boot = { .parse = parse_boot };

static int parse_name(const struct key *key, const char *text, void *target, char **ret_reason)
{
        char list[64] = "";

        for (int i = 0; key->names[i]; i++)
                if (strcmp(text, key->names[i]) == 0) {
                        *(unsigned *) target = (unsigned) i;
                        return 0;
                }

        for (int i = 0; key->names[i]; i++)
                snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
                         i == 0 ? "" : (key->names[i + 1] ? ", " : " or "), key->names[i]);
        return refuse(ret_reason, -EINVAL, "'%s' is unknown; write %s", text, list);
}

static int format_name(const struct key *key, const void *target, char **ret)
{
        return copy_text(key->names[*(const unsigned *) target], ret);
}

const struct value_type value_name = { .parse = parse_name, .format = format_name };

static int parse_mode(const struct key *key, const char *text, void *target, char **ret_reason)
{
        size_t n = strlen(text);
        mode_t mode = 0;

        if (strspn(text, "01234567") != n)
                return refuse(ret_reason, -EINVAL, "'%s' is not an octal mode, such as 0750", text);

        for (const char *p = text; *p; p++) {
                mode = mode * 8 + (mode_t) (*p - '0');
                if (mode > 07777)
                        return refuse(ret_reason, -ERANGE, "'%s' is larger than 7777", text);
        }

        *(mode_t *) target = mode;
        return 0;
}

const struct value_type value_mode = { .parse = parse_mode };

/* systemd refuses the numbers, too: -1 means "leave as it is" to chown(2), in 32 and in 16 bits. */
static int check_id(const char *text, char **ret_reason)
{
        uint64_t id = 0;

        for (const char *p = text; *p && id <= UINT32_MAX; p++)
                id = id * 10 + (uint64_t) (*p - '0');

        if (id >= UINT32_MAX)
                return refuse(ret_reason, -ERANGE, "'%s' is too large a number for a user or group",
                              text);
        if (id == UINT16_MAX)
                return refuse(ret_reason, -EINVAL, "65535 means no user or group at all");
        return 0;
}

/* systemd's rule for names created by others (src/basic/user-util.c: valid_user_group_name with
 * VALID_USER_RELAX); control characters and bad UTF-8 do not get here. */
static int parse_owner(const struct key *key, const char *text, void *target, char **ret_reason)
{
        size_t length = strlen(text);
        int r;

        if (strspn(text, "0123456789") == length) {
                r = check_id(text, ret_reason);
                if (r < 0)
                        return r;
        } else if (strpbrk(text, ":/\t"))
                return refuse(ret_reason, -EINVAL,
                              "'%s' is not a name: it contains a colon, a slash or a tab", text);
        else if (text[0] == '-' && strspn(text + 1, "0123456789") == length - 1)
                return refuse(ret_reason, -EINVAL, "'%s' is a negative number", text);
        else if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
                return refuse(ret_reason, -EINVAL, "'%s' is not a name", text);
        else if (length > OWNER_NAME_MAX)
                return refuse(ret_reason, -EINVAL, "the name is longer than %u bytes",
                              OWNER_NAME_MAX);

        return value_set_text(text, target, ret_reason);
}

const struct value_type value_owner = { .parse = parse_owner, .unset = value_unset_text };

static int parse_path(const struct key *key, const char *text, void *target, char **ret_reason)
{
        const char *phrase;
        int r;

        r = path_check_text(text, &phrase);
        if (r < 0)
                return refuse(ret_reason, r, "'%s' %s", text, phrase);
        return value_set_text(text, target, ret_reason);
}

const struct value_type value_path = { .parse = parse_path, .unset = value_unset_text };

/* The size of the pages may follow: see validate_pages(). */
static int parse_request(const struct key *key, const char *text, void *target, char **ret_reason)
{
        struct page_request request, *place = target;
        int r;

        r = page_request_parse(text, PAGE_SIZE_UNKNOWN, &request, ret_reason);
        if (r < 0)
                return r;

        page_request_done(place);
        *place = request;
        return 0;
}

const struct value_type value_request = { .parse = parse_request };

static int parse_headroom(const struct key *key, const char *text, void *target, char **ret_reason)
{
        struct machine_policy *policy = target;
        struct amount amount;
        const char *phrase;
        int r;

        r = amount_parse(text, &amount, &phrase);
        if (r < 0 && strchr(text, '<'))
                return refuse(ret_reason, r, "'%s' %s", text, phrase);
        if (r < 0)
                return refuse(ret_reason, r, "'%s' is not a size such as 1G or a percentage", text);
        if (amount.kind == AMOUNT_PAGES && amount.value > 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' has no unit; write a size such as 1G or a percentage", text);
        if (amount.kind == AMOUNT_PAGES)
                amount.kind = AMOUNT_BYTES; /* 0 is 0 in any unit */
        if (amount.ceiling.set && amount.ceiling.kind == AMOUNT_PAGES)
                return refuse(ret_reason, -EINVAL,
                              "the ceiling of '%s' has no unit; write a size, as in 5%%<4G", text);

        policy->headroom_set = true;
        policy->headroom = amount;
        return 0;
}

static int format_headroom(const struct key *key, const void *target, char **ret)
{
        const struct machine_policy *policy = target;

        *ret = NULL;
        return policy->headroom_set ? amount_format(&policy->headroom, ret) : 0;
}

static void unset_headroom(void *target)
{
        struct machine_policy *policy = target;

        policy->headroom_set = false;
}

const struct value_type value_headroom = {
        .parse = parse_headroom,
        .format = format_headroom,
        .unset = unset_headroom,
};
