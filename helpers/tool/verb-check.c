/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem check: silent if everything is as it was set up, for monitoring and scripts. */

#include <getopt.h>
#include <locale.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/inspect/damage.h"

#define PATIENCE_NSEC  (50 * 1000 * 1000)
#define PATIENCE_LOOKS 20

/* Prints "DOMAIN: TEXT", a line for each of TEXT's. */
static void say(const struct tool *tool, const char *domain, const char *text)
{
        _cleanup_free_ char *name = text_escape(domain);

        while (*text) {
                size_t length = strcspn(text, "\n");
                _cleanup_free_ char *line = strndup(text, length),
                                    *printable = line ? text_to_line(line) : NULL;

                fprintf(tool->out, "%s: %s\n", name ?: "?", printable ?: "?");
                text += length + (text[length] == '\n');
        }
}

/* A domain of another boot is down. Returns whether it is up or starting. */
static int is_up(const struct tool *tool, const char *domain)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        r = ledger_load_domain(&tool->machine, domain, &record);
        if (r < 0)
                return r == -ENOENT ? false : r;
        return !record.of_other_boot;
}

/* A running teardown has marked the domain, too, and will finish in a moment. */
static bool is_left_over(const struct tool *tool, const char *domain)
{
        for (unsigned i = 0; i < PATIENCE_LOOKS; i++) {
                if (!ledger_is_leftover(tool->machine.state, domain))
                        return false;
                clock_pause(PATIENCE_NSEC);
        }
        return true;
}

static int say_if_left_over(const struct tool *tool, const char *domain)
{
        bool wrong = is_left_over(tool, domain);

        if (wrong)
                say(tool, domain, "its teardown is not finished");
        return wrong;
}

/* The report for a domain whose start failed. */
static int say_if_failed(const struct tool *tool, const char *domain)
{
        _cleanup_free_ char *failure = NULL;
        int r = is_up(tool, domain);

        if (r != 0)
                return r < 0 ? r : false;
        r = ledger_load_failure(tool->machine.state, domain, &failure);
        if (r < 0)
                return r == -ENOENT ? false : r;
        say(tool, domain, failure);
        return true;
}

/* For a failed teardown only its unfinished state is reported, not the failure. */
static int say_if_failed_start(const struct tool *tool, const char *domain)
{
        return ledger_is_leftover(tool->machine.state, domain) ? false
                                                               : say_if_failed(tool, domain);
}

/* Checks the requested domain. Returns whether anything is wrong. */
static int check_state(const struct tool *tool, const char *domain)
{
        int r = say_if_left_over(tool, domain);

        if (r == 0)
                r = say_if_failed(tool, domain);
        if (r != 0)
                return r;
        r = is_up(tool, domain);
        if (r == 0)
                say(tool, domain, "not up");
        return r < 0 ? r : r == 0;
}

/* Every domain that left something in FOLDER of the ledger. */
static int check_folder(const struct tool *tool, const char *folder,
                        int (*check)(const struct tool *tool, const char *domain))
{
        char **names = NULL;
        int r, wrong = false;

        r = ledger_list_names(tool->machine.state, folder, &names);
        if (r < 0)
                return r;
        for (size_t i = 0; names[i] && r >= 0; i++) {
                r = check(tool, names[i]);
                wrong = wrong || r > 0;
        }
        string_list_free(names);
        return r < 0 ? r : wrong;
}

static int check_states(const struct tool *tool, const char *only)
{
        int leftovers, failures;

        if (only)
                return check_state(tool, only);
        leftovers = check_folder(tool, "leftover", say_if_left_over);
        if (leftovers < 0)
                return leftovers;
        failures = check_folder(tool, "failure", say_if_failed_start);
        return failures < 0 ? failures : failures || leftovers;
}

int verb_check(struct tool *tool, int argc, char **argv)
{
        _cleanup_drift_ struct drift_list list = {};
        int wrong;
        int r;

        if (tool_next_option(tool, argc, argv) >= 0)
                return tool_usage(tool, argv[0]);
        (void) setlocale(LC_CTYPE, "");
        reload_tell_switched_off(tool);

        if (tool->machine.state < 0) {
                if (argv[optind])
                        say(tool, argv[optind], "not up");
                return argv[optind] ? TOOL_FAILED : TOOL_OK;
        }
        r = wrong = check_states(tool, argv[optind]);
        if (r >= 0)
                r = damage_find(tool, argv[optind], &list);
        if (r < 0)
                return r;

        for (size_t i = 0; i < list.n; i++)
                say(tool, list.items[i].domain, list.items[i].text);
        return wrong || list.n > 0 ? TOOL_FAILED : TOOL_OK;
}
