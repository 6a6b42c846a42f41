/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/keys/option-table.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

/* Options that are set elsewhere, or that would make the mount unsuitable for the domain. A
 * trailing dot matches every option with that prefix. */
static const struct {
        const char *name;
        const char *reason;
} refused_options[] = {
        { "pagesize", "the type of the page decides it" },
        { "min_size", "Huge=, Gigantic= and MinSize= decide it" },
        { "uid", "User= decides it" },
        { "gid", "Group= decides it" },
        { "mode", "Mode= decides it" },
        { "domain", "it is fd-shmem's own" },
        { "ro", "regions could not be created" },
        { "remount", "hugetlbfs does not support it" },
        { "bind", "the domain has its own file systems" },
        { "rbind", "the domain has its own file systems" },
        { "move", "the domain has its own file systems" },
        { "X-mount.", "fd-shmem makes the directories, and sets owner and mode last" },
        { "x-mount.", "fd-shmem makes the directories, and sets owner and mode last" },
};

const char *option_refusal(const char *option, size_t length)
{
        for (size_t i = 0; i < ELEMENTSOF(refused_options); i++) {
                const char *name = refused_options[i].name;
                size_t n = strlen(name);

                if (length < n || strncmp(option, name, n) != 0)
                        continue;
                if (length == n || option[n] == '=' || name[n - 1] == '.')
                        return refused_options[i].reason;
        }
        return NULL;
}

enum form {
        FORM_FLAG,     /* no value */
        FORM_ANY,      /* with or without one */
        FORM_NUMBER,   /* memparse(): digits and a suffix */
        FORM_POSITIVE, /* the same, and not 0 */
        FORM_SIZE,     /* the same, or a percentage */
        FORM_WORD,     /* one of WORDS */
        FORM_POLICY,   /* mpol_parse_str() */
};

/* The options of the file systems themselves. */
static const struct rule {
        const char *name;
        unsigned file_systems;
        enum form form;
        const char *kernel; /* that has it */
} rules[] = {
        { "size", OPTION_TMPFS | OPTION_HUGETLBFS, FORM_SIZE, NULL },
        { "nr_inodes", OPTION_TMPFS, FORM_NUMBER, NULL },
        { "nr_inodes", OPTION_HUGETLBFS, FORM_POSITIVE, NULL },
        { "nr_blocks", OPTION_TMPFS, FORM_NUMBER, NULL },
        { "huge", OPTION_TMPFS, FORM_WORD, NULL },
        { "mpol", OPTION_TMPFS, FORM_POLICY, NULL },
        { "inode32", OPTION_TMPFS, FORM_FLAG, NULL },
        { "inode64", OPTION_TMPFS, FORM_FLAG, NULL },
        { "noswap", OPTION_TMPFS, FORM_FLAG, "6.4" },
};

#define HUGE_WORDS "never always within_size advise"

/* Those of mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS": flags of the mount, and what mount(8) keeps
 * for itself; those WITH_VALUE may have one. */
static const char *const flags[] = {
        "async",      "atime",       "auto",        "defaults",    "dev",        "diratime",
        "dirsync",    "exec",        "group",       "iversion",    "lazytime",   "loud",
        "mand",       "noatime",     "noauto",      "nodev",       "nodiratime", "noexec",
        "nofail",     "noiversion",  "nolazytime",  "nomand",      "norelatime", "nostrictatime",
        "nosuid",     "nosymfollow", "nouser",      "owner",       "private",    "relatime",
        "rprivate",   "rshared",     "rslave",      "runbindable", "rw",         "shared",
        "silent",     "slave",       "strictatime", "suid",        "symfollow",  "sync",
        "unbindable", "users",       "_netdev",
};

static const char *const with_value[] = {
        "comment", "context", "defcontext", "fscontext", "helper", "rootcontext", "uhelper", "user",
};

static const char *const prefixes[] = { "x-", "X-" };

static bool is_in(const char *const *names, size_t n, const char *name, size_t length)
{
        for (size_t i = 0; i < n; i++)
                if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
                        return true;
        return false;
}

static size_t name_length(const char *option, size_t length)
{
        const char *equals = memchr(option, '=', length);

        return equals ? (size_t) (equals - option) : length;
}

/* The rule for one of FILE_SYSTEMS. */
static const struct rule *find_rule(const char *option, size_t length, unsigned file_systems)
{
        size_t n = name_length(option, length);

        for (size_t i = 0; i < ELEMENTSOF(rules); i++)
                if (rules[i].file_systems & file_systems && strlen(rules[i].name) == n &&
                    strncmp(rules[i].name, option, n) == 0)
                        return rules + i;
        return NULL;
}

/* The form of an option of mount(8); -ENOENT: there is none of the name. */
static int generic_form(const char *option, size_t length)
{
        size_t n = name_length(option, length);

        if (is_in(flags, ELEMENTSOF(flags), option, n))
                return FORM_FLAG;
        if (is_in(with_value, ELEMENTSOF(with_value), option, n))
                return FORM_ANY;
        for (size_t i = 0; i < ELEMENTSOF(prefixes); i++)
                if (n >= strlen(prefixes[i]) &&
                    strncmp(option, prefixes[i], strlen(prefixes[i])) == 0)
                        return FORM_ANY;
        return -ENOENT;
}

unsigned option_file_systems(const char *option, size_t length)
{
        unsigned both = OPTION_TMPFS | OPTION_HUGETLBFS, found = 0;

        for (unsigned one = OPTION_TMPFS; one <= OPTION_HUGETLBFS; one <<= 1)
                if (find_rule(option, length, one))
                        found |= one;
        return found == 0 && generic_form(option, length) >= 0 ? both : found;
}

const char *option_kernel(const char *option, size_t length)
{
        const struct rule *rule = find_rule(option, length, OPTION_TMPFS | OPTION_HUGETLBFS);

        return rule ? rule->kernel : NULL;
}

static bool is_number(const char *value, bool percent)
{
        bool hex = value[0] == '0' && (value[1] | 0x20) == 'x';
        size_t digits;

        value += hex ? 2 : 0;
        digits = strspn(value, hex ? "0123456789abcdefABCDEF" : "0123456789");
        if (digits == 0 || digits > (hex ? 15 : 18))
                return false;
        if (percent && strcmp(value + digits, "%") == 0)
                return true;
        return value[digits] == '\0' ||
               (strchr("kKmMgGtTpPeE", value[digits]) && value[digits + 1] == '\0');
}

static bool is_word(const char *words, const char *value)
{
        size_t n = strlen(value);

        for (const char *p = words; n > 0 && (p = strstr(p, value)); p += n)
                if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
                        return true;
        return false;
}

/* "bind:0-1", "prefer=static:1": the nodes of "0,2" would be taken for another option. */
static bool is_policy(char *value)
{
        char *nodes = strchr(value, ':'), *mode;

        if (nodes) {
                *nodes++ = '\0';
                if (!isdigit((unsigned char) *nodes) ||
                    nodes[strspn(nodes, "0123456789-")] != '\0' ||
                    !isdigit((unsigned char) nodes[strlen(nodes) - 1]))
                        return false;
        }
        mode = strchr(value, '=');
        if (mode) {
                *mode++ = '\0';
                if (!is_word("static relative", mode) || !nodes)
                        return false;
        }
        if (strcmp(value, "bind") == 0)
                return nodes;
        if (strcmp(value, "prefer") == 0)
                return !nodes || !strchr(nodes, '-');
        if (is_word("default local", value))
                return !nodes;
        return strcmp(value, "interleave") == 0;
}

/* VALUE is changed. NULL: it is right; else what is expected. */
static const char *wrong_value(enum form form, char *value)
{
        switch (form) {
        case FORM_FLAG:
                return value ? "takes no value" : NULL;
        case FORM_ANY:
                return NULL;
        case FORM_NUMBER:
                return value && is_number(value, false) ? NULL
                                                        : "needs a number, such as 1000 or 64k";
        case FORM_POSITIVE:
                return value && is_number(value, false) && value[strspn(value, "0")] != '\0'
                               ? NULL
                               : "needs a number above 0, such as 1000 or 64k";
        case FORM_SIZE:
                return value && is_number(value, true) ? NULL : "needs a size, such as 4G or 25%";
        case FORM_WORD:
                return value && is_word(HUGE_WORDS, value)
                               ? NULL
                               : "needs never, always, within_size or advise";
        case FORM_POLICY:
                return value && is_policy(value)
                               ? NULL
                               : "needs a policy, such as bind:0, prefer:1 or interleave:0-1";
        }
        return NULL;
}

static int refuse_unknown(const char *option, size_t length, unsigned file_system,
                          char **ret_reason)
{
        bool tmpfs = file_system == OPTION_TMPFS;

        return refuse(
                ret_reason, -EINVAL,
                "'%.*s' is no option of %s, which takes %s, and those of any file system, such as "
                "noatime",
                (int) length, option, tmpfs ? "tmpfs" : "hugetlbfs",
                tmpfs ? "nr_inodes=, huge=, mpol=, inode32, inode64 and noswap"
                      : "size= and nr_inodes=");
}

int option_check(const char *option, size_t length, unsigned file_system, char **ret_reason)
{
        const struct rule *rule = find_rule(option, length, file_system);
        size_t n = name_length(option, length);
        _cleanup_free_ char *value = NULL;
        const char *wrong;
        int form;

        form = rule ? (int) rule->form : generic_form(option, length);
        if (form < 0)
                return refuse_unknown(option, length, file_system, ret_reason);
        if (n < length) {
                value = strndup(option + n + 1, length - n - 1);
                if (!value)
                        return refuse(ret_reason, -ENOMEM, "out of memory");
        }
        wrong = wrong_value((enum form) form, value);
        if (wrong)
                return refuse(ret_reason, -EINVAL, "'%.*s': %.*s %s", (int) length, option, (int) n,
                              option, wrong);
        return 0;
}
