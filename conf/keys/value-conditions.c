/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Conditions of a domain, which systemd evaluates. What it would only warn of, and then start the domain
 * without the condition, is refused here. */

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "basic/nearest.h"
#include "basic/parse.h"
#include "basic/string-list.h"
#include "conf/keys/values.h"

enum condition_kind {
        CONDITION_STRING,
        CONDITION_PATH,
        CONDITION_BOOLEAN,
};

#define PREFIX "Condition"

/* Those that systemd 252 has, without what says nothing of a machine: ConditionUser= and ConditionGroup= (of
 * the manager, which is root's) and ConditionNeedsUpdate= (src/core/load-fragment-gperf.gperf.in). */
static const struct {
        const char *name;
        enum condition_kind kind;
} conditions[] = {
        { PREFIX "Architecture", CONDITION_STRING },
        { PREFIX "Firmware", CONDITION_STRING },
        { PREFIX "Virtualization", CONDITION_STRING },
        { PREFIX "Host", CONDITION_STRING },
        { PREFIX "KernelCommandLine", CONDITION_STRING },
        { PREFIX "KernelVersion", CONDITION_STRING },
        { PREFIX "Credential", CONDITION_STRING },
        { PREFIX "Environment", CONDITION_STRING },
        { PREFIX "Security", CONDITION_STRING },
        { PREFIX "Capability", CONDITION_STRING },
        { PREFIX "ACPower", CONDITION_BOOLEAN },
        { PREFIX "FirstBoot", CONDITION_BOOLEAN },
        { PREFIX "PathExists", CONDITION_PATH },
        { PREFIX "PathExistsGlob", CONDITION_PATH },
        { PREFIX "PathIsDirectory", CONDITION_PATH },
        { PREFIX "PathIsSymbolicLink", CONDITION_PATH },
        { PREFIX "PathIsMountPoint", CONDITION_PATH },
        { PREFIX "PathIsReadWrite", CONDITION_PATH },
        { PREFIX "PathIsEncrypted", CONDITION_PATH },
        { PREFIX "DirectoryNotEmpty", CONDITION_PATH },
        { PREFIX "FileNotEmpty", CONDITION_PATH },
        { PREFIX "FileIsExecutable", CONDITION_PATH },
        { PREFIX "ControlGroupController", CONDITION_STRING },
        { PREFIX "Memory", CONDITION_STRING },
        { PREFIX "CPUs", CONDITION_STRING },
        { PREFIX "CPUFeature", CONDITION_STRING },
        { PREFIX "OSRelease", CONDITION_STRING },
        { PREFIX "MemoryPressure", CONDITION_STRING },
        { PREFIX "CPUPressure", CONDITION_STRING },
        { PREFIX "IOPressure", CONDITION_STRING },
};

const char *value_condition_name(size_t i)
{
        return i < ELEMENTSOF(conditions) ? conditions[i].name : NULL;
}

/* The number of the condition WORD, "Memory", of LENGTH bytes. */
static int find_condition(const char *word, size_t length, char **ret_reason)
{
        struct nearest nearest;
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int) length, word);
        nearest = (struct nearest) NEAREST_TO(name);
        for (size_t i = 0; i < ELEMENTSOF(conditions); i++) {
                const char *candidate = conditions[i].name + strlen(PREFIX);

                if (strcmp(candidate, name) == 0)
                        return (int) i;
                nearest_consider(&nearest, candidate);
        }

        if (nearest.word)
                return refuse(ret_reason, -EINVAL,
                              "there is no such condition; did you mean " PREFIX "%s=?",
                              nearest.word);
        return refuse(ret_reason, -EINVAL,
                      "there is no such condition; fd-shmem.conf(5) lists those that there are");
}

/* VALUE without the marks for "one of these is enough" and "not". */
static const char *skip_marks(const char *value)
{
        static const char marks[] = "|!";

        for (const char *mark = marks; *mark; mark++)
                if (*value == *mark)
                        value += 1 + strspn(value + 1, " \t");
        return value;
}

static int check_value(enum condition_kind kind, const char *value, char **ret_reason)
{
        const char *bare = skip_marks(value);
        size_t length = strlen(value);

        if (*bare == '\0')
                return refuse(ret_reason, -EINVAL, "nothing follows '%s'", value);
        if (length >= PATH_MAX)
                return refuse(ret_reason, -EINVAL, "the value is longer than %d bytes",
                              PATH_MAX - 1);
        if (value[length - 1] == '\\')
                return refuse(ret_reason, -EINVAL, "'%s' ends in a backslash", value);
        if (kind == CONDITION_PATH && *bare != '/')
                return refuse(ret_reason, -EINVAL, "'%s' is not an absolute path", bare);
        if (kind == CONDITION_BOOLEAN && boolean_parse(bare) < 0)
                return refuse(ret_reason, -EINVAL, "'%s' is neither yes nor no", bare);
        return 0;
}

static size_t count(char *const *list)
{
        size_t n = 0;

        while (list && list[n])
                n++;
        return n;
}

static void unset_conditions(void *target)
{
        char ***place = target;

        string_list_free(*place);
        *place = NULL;
}

/* As in systemd, an empty value takes back all conditions, not only those of the name. */
static int parse_conditions(const struct key *key, const char *text, void *target,
                            char **ret_reason)
{
        char ***place = target;
        size_t length = strcspn(text, "="), n = count(*place);
        const char *value = text + length + 1;
        int i, r;

        i = find_condition(text, length, ret_reason);
        if (i < 0)
                return i;
        if (*value == '\0') {
                unset_conditions(target);
                return 0;
        }
        r = check_value(conditions[i].kind, value, ret_reason);
        if (r < 0)
                return r;
        return string_list_add(place, &n, text) < 0 ? refuse(ret_reason, -ENOMEM, "out of memory")
                                                    : 0;
}

const struct value_type value_conditions = { .parse = parse_conditions, .unset = unset_conditions };
