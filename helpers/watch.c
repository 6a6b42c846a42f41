/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-watch: checks whether the domains are still as they were made, and reports each difference
 * once, and once when it is resolved. Has pages put back that others removed from the pools, if
 * configured for the domain. Run by fd-shmem-watch.timer. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/drift/watch-state.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/report.h"
#include "helpers/tool/inspect/damage.h"

/* How often in one boot pages of one reservation are put back. If they are removed repeatedly, the
 * administrator should find the cause. */
#define REPAIRS_MAX 3

#define REPAIR_USEC (UINT64_C(120) * 1000 * 1000)

static struct argument_list arg_repair;

static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "repair", argument_add, &arg_repair },
                {},
        };

        if (arguments_parse(argc, argv, table) < 0)
                return log_error_errno(EINVAL, "Usage: %s [--repair=DOMAIN]...", argv[0]);
        return 0;
}

/* Examines the processes if the numbers have changed since they were last examined. */
static int find_thefts(const struct tool *tool, struct watch_state *state, struct drift_list *list)
{
        _cleanup_free_ char *key = drift_claims_key(list);
        struct drift_list found = {};
        int r;

        if (!key)
                return log_oom();
        if (list->n_claims == 0) {
                drift_list_done(&state->thefts);
                free(TAKE_PTR(state->claims));
                return 0;
        }
        if (!state->claims || strcmp(state->claims, key) != 0) {
                found.claims = TAKE_PTR(list->claims);
                found.n_claims = list->n_claims;
                list->n_claims = list->claims_room = 0;
                r = damage_find_theft(tool, NULL, &found);
                if (r < 0) {
                        drift_list_done(&found);
                        return r;
                }
                drift_list_done(&state->thefts);
                state->thefts = found;
                free(state->claims);
                state->claims = TAKE_PTR(key);
        }

        for (size_t i = 0; i < state->thefts.n; i++)
                if (drift_add(list, state->thefts.items + i, "%s", state->thefts.items[i].text) < 0)
                        return log_oom();
        return 0;
}

/* The domain that a key is about is its first word. */
static bool is_about(const char *key, const char *domain)
{
        size_t length = strlen(domain);

        return strncmp(key, domain, length) == 0 && key[length] == ' ';
}

/* Reported differences of a domain are resolved when it has no differences any more. */
static void tell_recovered(const struct watch_state *state, const struct drift_list *list)
{
        for (size_t i = 0; i < state->n_said; i++) {
                _cleanup_free_ char *domain = strndup(state->said[i], strcspn(state->said[i], " "));

                if (!domain || drift_has(list, domain) ||
                    (i > 0 && is_about(state->said[i - 1], domain)))
                        continue;
                report_open(domain);
                log_notice("domain %s: in order again", domain);
        }
}

/* Reports new differences, and stores all current ones. */
static int tell(struct watch_state *state, const struct drift_list *list)
{
        char **said = NULL;
        size_t n = 0;

        tell_recovered(state, list);
        for (size_t i = 0; i < list->n; i++) {
                const struct drift *drift = list->items + i;
                _cleanup_free_ char *key = drift_key(drift);

                if (!key || string_list_add(&said, &n, key) < 0) {
                        string_list_free(said);
                        return log_oom();
                }
                if (watch_state_has_said(state, key))
                        continue;
                report_open(drift->domain); /* so that the status of its target shows it */
                log_warning("domain %s: %s", drift->domain, drift->text);
        }

        string_list_free(state->said);
        state->said = said;
        state->n_said = n;
        return 0;
}

/* Runs the reservation of the domain once more: it finds what is missing, and adds it. */
static int start_repair(sd_bus **bus, const char *reservation, unsigned attempt)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_REPAIR, reservation);
        int r;

        if (!unit)
                return log_oom();
        log_notice("%s: putting pages back that were taken out of the pools (%u of at most %u "
                   "times in this boot)",
                   reservation, attempt, REPAIRS_MAX);
        r = *bus ? 0 : manager_connect(bus);
        if (r >= 0)
                r = manager_run_job(*bus, "StartUnit", unit, "replace", REPAIR_USEC);
        return r < 0 ? log_error_errno(r, "%s: it failed: %m", unit) : 0;
}

static int repair(const struct machine *machine, struct watch_state *state, sd_bus **bus,
                  const struct drift *drift)
{
        _cleanup_free_ char *reservation = NULL;
        struct watch_repairs *repairs;
        int r;

        if (asprintf(&reservation, "%s:%s", drift->domain, page_type_name(drift->type)) < 0) {
                reservation = NULL;
                return log_oom();
        }
        repairs = watch_state_repairs(state, reservation);
        if (!repairs)
                return log_oom();
        report_open(drift->domain);
        if (repairs->n < REPAIRS_MAX) {
                /* Counted first: even if it fails, there is no loop. */
                repairs->n++;
                r = watch_state_store(machine, state);
                return r < 0 ? r : start_repair(bus, reservation, repairs->n);
        }
        if (!repairs->given_up)
                log_error(
                        "%s: pages have been put back %u times in this boot, and somebody takes "
                        "them out of the pools again: leaving the pools alone now; find the writer "
                        "(sysctl "
                        "vm.nr_hugepages, a service, a tool), then run \"systemctl restart "
                        "fd-shmem@%s.target\"",
                        reservation, REPAIRS_MAX, drift->domain);
        repairs->given_up = true;
        return 0;
}

/* One reservation may lack pages on several nodes, and is run once for all of them. */
static int repair_all(const struct machine *machine, struct watch_state *state,
                      const struct drift_list *list)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        int result = 0, r;

        for (size_t i = 0; i < list->n; i++) {
                const struct drift *drift = list->items + i;
                bool done = false;

                if (drift->kind != DRIFT_POOL ||
                    !string_list_contains(arg_repair.strings, drift->domain))
                        continue;
                for (size_t j = 0; j < i && !done; j++)
                        done = list->items[j].kind == DRIFT_POOL &&
                               list->items[j].type == drift->type &&
                               strcmp(list->items[j].domain, drift->domain) == 0;
                r = done ? 0 : repair(machine, state, &bus, drift);
                result = r < 0 ? r : result;
        }
        return result;
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_watch_state_ struct watch_state state = {};
        _cleanup_drift_ struct drift_list list = {};
        struct tool tool = { .root = -1, .privileged = true, .path = "" };
        int r;

        r = machine_open("", &machine);
        if (r < 0)
                return r;
        tool.machine = machine;

        r = watch_state_load(&machine, &state);
        if (r >= 0)
                r = drift_find(&machine, NULL, &list);
        if (r >= 0)
                r = find_thefts(&tool, &state, &list);
        if (r >= 0)
                r = tell(&state, &list);
        if (r >= 0)
                r = watch_state_store(&machine, &state);
        if (r >= 0)
                r = repair_all(&machine, &state, &list);
        return r < 0 ? r : watch_state_store(&machine, &state);
}

int main(int argc, char **argv)
{
        int r;

        report_open(NULL);
        r = parse_arguments(argc, argv);
        if (r >= 0)
                r = run();
        string_list_free(arg_repair.strings);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
