/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As systemd's src/shared/condition.c has it; what is not sure to mean the same there is left open. */

#include "helpers/tool/forecast/offline-conditions.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/size.h"

typedef enum conditions_answer (*judge_t)(const struct machine_facts *facts, const char *value);

static enum conditions_answer answer(bool met)
{
        return met ? CONDITIONS_MET : CONDITIONS_UNMET;
}

/* Longer operators first. Others came after systemd 252. */
static const struct {
        const char *text;
        bool less, equal, greater;
} operators[] = {
        { ">=", false, true, true }, { "<=", true, true, false }, { "!=", true, false, true },
        { ">", false, false, true }, { "<", true, false, false }, { "=", false, true, false },
        { "", false, true, true }, /* without one */
};

/* LIMIT is a number, and with SIZES perhaps a unit after it; 0: something else. */
static uint64_t parse_limit(const char *limit, bool sizes)
{
        static const char units[] = "BKMGT";
        const char *unit;
        uint64_t value, factor = 1;
        char *end;

        if (*limit < '0' || *limit > '9')
                return 0;
        errno = 0;
        value = strtoull(limit, &end, 10);
        if (errno != 0)
                return 0;
        if (*end && sizes) {
                unit = strchr(units, *end++);
                for (; unit && unit > units; unit--)
                        factor *= KIB;
                if (!unit)
                        return 0;
        }
        if (*end || __builtin_mul_overflow(value, factor, &value))
                return 0;
        return value;
}

/* ">=64G" */
static enum conditions_answer compare(uint64_t known, const char *value, bool sizes)
{
        size_t i = 0;
        uint64_t limit;

        while (strncmp(value, operators[i].text, strlen(operators[i].text)) != 0)
                i++;
        value += strlen(operators[i].text);
        limit = parse_limit(value + strspn(value, " \t"), sizes);
        if (known == 0 || limit == 0)
                return CONDITIONS_OPEN;
        return answer(known < limit    ? operators[i].less
                      : known == limit ? operators[i].equal
                                       : operators[i].greater);
}

static enum conditions_answer judge_memory(const struct machine_facts *facts, const char *value)
{
        return compare(facts->memory, value, true);
}

static enum conditions_answer judge_cpus(const struct machine_facts *facts, const char *value)
{
        return compare(facts->cpus, value, false);
}

/* A machine ID, which no description has: systemd wants it kept (machine-id(5)). */
static bool is_id(const char *value)
{
        size_t length = strlen(value);

        return (length == 32 || length == 36) && strspn(value, "0123456789abcdefABCDEF-") == length;
}

static enum conditions_answer judge_host(const struct machine_facts *facts, const char *value)
{
        if (!facts->host || is_id(value))
                return CONDITIONS_OPEN;
        return answer(fnmatch(value, facts->host, FNM_CASEFOLD) == 0);
}

/* src/basic/architecture.c: uname_architecture() */
static enum conditions_answer judge_architecture(const struct machine_facts *facts,
                                                 const char *value)
{
        static const struct {
                const char *machine, *name;
        } names[] = {
                { "x86_64", "x86-64" },   { "aarch64", "arm64" }, { "ppc64le", "ppc64-le" },
                { "riscv64", "riscv64" }, { "s390x", "s390x" },
        };

        for (size_t i = 0; facts->architecture && i < ELEMENTSOF(names); i++)
                if (strcmp(names[i].machine, facts->architecture) == 0 &&
                    strcmp(value, "native") != 0)
                        return answer(strcmp(names[i].name, value) == 0);
        return CONDITIONS_OPEN;
}

static const struct {
        const char *name;
        judge_t judge;
} judges[] = {
        { "Architecture=", judge_architecture },
        { "CPUs=", judge_cpus },
        { "Host=", judge_host },
        { "Memory=", judge_memory },
};

/* The part of *VALUE behind MARK, if it begins with it. */
static bool skip_mark(const char **value, char mark)
{
        if (**value != mark)
                return false;
        ++*value;
        *value += strspn(*value, " \t");
        return true;
}

static enum conditions_answer judge_one(const char *condition, const struct machine_facts *facts,
                                        bool *ret_enough)
{
        const char *value = strchr(condition, '=') + 1;
        enum conditions_answer found = CONDITIONS_OPEN;
        bool negated;

        *ret_enough = skip_mark(&value, '|');
        negated = skip_mark(&value, '!');
        for (size_t i = 0; i < ELEMENTSOF(judges); i++)
                if (strncmp(condition, judges[i].name, strlen(judges[i].name)) == 0)
                        found = judges[i].judge(facts, value);
        return found == CONDITIONS_OPEN ? found : answer((found == CONDITIONS_MET) != negated);
}

/* All without "|" must be met, and of those with it one (condition_test_list()). */
enum conditions_answer conditions_judge(char *const *conditions, const struct machine_facts *facts)
{
        size_t choices = 0, unmet_choices = 0, open = 0, open_choices = 0;

        for (; conditions && *conditions; conditions++) {
                bool choice;
                enum conditions_answer one = judge_one(*conditions, facts, &choice);

                if (one == CONDITIONS_UNMET && !choice)
                        return CONDITIONS_UNMET;
                choices += choice;
                unmet_choices += choice && one == CONDITIONS_UNMET;
                open_choices += choice && one == CONDITIONS_OPEN;
                open += !choice && one == CONDITIONS_OPEN;
        }
        if (choices > 0 && unmet_choices == choices)
                return CONDITIONS_UNMET;
        if (open > 0 || (choices > 0 && unmet_choices + open_choices == choices))
                return CONDITIONS_OPEN;
        return CONDITIONS_MET;
}
