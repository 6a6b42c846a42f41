/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem is-ready: the state of a domain as an exit status, for scripts. */

#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/words/arguments.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/readiness.h"

#define PAUSE_NSEC (100 * NSEC_PER_MSEC)

struct options {
        bool quiet;
        bool wait;
        uint64_t until; /* of clock_usec(); UINT64_MAX: without limit */
};

static int parse_seconds(const char *text, uint64_t *ret)
{
        uint64_t seconds;
        char end;

        if (!isdigit((unsigned char) text[0]) ||
            sscanf(text, "%9" SCNu64 "%c", &seconds, &end) != 1)
                return log_error_errno(EINVAL, "--wait='%s': expected a number of seconds", text);
        *ret = clock_usec() + seconds * USEC_PER_SEC;
        return 0;
}

static int parse(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){ .until = UINT64_MAX };
        while ((c = tool_next_option(tool, argc, argv)) >= 0) {
                ret->quiet |= c == OPTION_QUIET;
                ret->wait |= c == OPTION_WAIT;
                if (c == OPTION_NONE ||
                    (c == OPTION_WAIT && optarg && parse_seconds(optarg, &ret->until) < 0))
                        return tool_usage(tool, argv[0]);
        }
        return TOOL_OK;
}

/* Whether the state can change without intervention. */
static bool is_final(const struct tool *tool, enum readiness readiness)
{
        switch (readiness) {
        case READINESS_UP:
        case READINESS_DAMAGED:
        case READINESS_FAILED:
        case READINESS_UNMET:
        case READINESS_UNKNOWN:
                return true;
        default:
                return reload_switched_off(tool);
        }
}

static int look(const struct tool *tool, sd_bus *bus, const char *domain,
                const struct options *options, enum readiness *ret)
{
        int r;

        for (;;) {
                r = readiness_look(tool, bus, domain, ret);
                if (r < 0 || !options->wait || is_final(tool, *ret) ||
                    clock_usec() >= options->until)
                        return r;
                clock_pause(PAUSE_NSEC);
        }
}

/* The condition that kept systemd from starting the domain. */
static void tell_unmet(const struct tool *tool, sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *reason = NULL;

        if (conditions_unmet(bus, domain, &reason) > UNMET_NONE)
                fprintf(tool->out, "not started: %s\n", reason);
}

int verb_is_ready(struct tool *tool, int argc, char **argv)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        enum readiness readiness;
        struct options options;
        int r = parse(tool, argc, argv, &options);

        if (r != TOOL_OK)
                return r;
        if (!domain_name_is_safe(argv[optind]))
                return log_error_errno(EINVAL, "'%s' is not the name of a domain", argv[optind]);
        if (tool->privileged)
                (void) manager_connect(&bus);

        r = look(tool, bus, argv[optind], &options, &readiness);
        if (r < 0)
                return r;
        if (!options.quiet) {
                fprintf(tool->out, "%s\n", readiness_name(readiness));
                if (readiness == READINESS_UNMET)
                        tell_unmet(tool, bus, argv[optind]);
                reload_tell_switched_off(tool);
        }
        return readiness == READINESS_UP        ? TOOL_OK
               : readiness == READINESS_UNKNOWN ? TOOL_NO_DOMAIN
                                                : TOOL_DOWN;
}
