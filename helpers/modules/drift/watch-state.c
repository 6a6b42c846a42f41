/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/drift/watch-state.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/record-file.h"
#include "helpers/modules/ledger/record-text.h"

#define FOLDER "watch"
#define PATH   FOLDER "/state"

char *drift_key(const struct drift *drift)
{
        char *key;
        int r;

        r = asprintf(&key, "%s %s %s %d %" PRIu64, drift->domain, drift_kind_name(drift->kind),
                     drift->has_type ? page_type_name(drift->type) : "-",
                     drift->has_node ? (int) drift->node : -1, drift->there);
        return r < 0 ? NULL : key;
}

char *drift_claims_key(const struct drift_list *list)
{
        char *key = NULL;
        size_t size;
        FILE *f = open_memstream(&key, &size);

        if (!f)
                return NULL;
        for (size_t i = 0; i < list->n_claims; i++) {
                const struct drift_claims *c = list->claims + i;

                fprintf(f, "%s%s:%u:%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRIu64, i ? " " : "",
                        page_size_name(c->size), c->node, c->claimed, c->total, c->free,
                        c->by_others);
        }
        if (fclose(f) != 0) {
                free(key);
                return NULL;
        }
        return key;
}

bool watch_state_has_said(const struct watch_state *state, const char *key)
{
        return string_list_contains(state->said, key);
}

struct watch_repairs *watch_state_repairs(struct watch_state *state, const char *reservation)
{
        struct watch_repairs *bigger;
        char *copy;

        for (size_t i = 0; i < state->n_repairs; i++)
                if (strcmp(state->repairs[i].reservation, reservation) == 0)
                        return state->repairs + i;

        bigger = reallocarray(state->repairs, state->n_repairs + 1, sizeof(*bigger));
        if (!bigger)
                return NULL;
        state->repairs = bigger;
        copy = strdup(reservation);
        if (!copy)
                return NULL;
        bigger[state->n_repairs] = (struct watch_repairs){ .reservation = copy };
        return bigger + state->n_repairs++;
}

/* "DOMAIN TYPE NODE RECORDED THERE TEXT" */
static int parse_theft(const char *value, struct watch_state *state)
{
        struct drift drift = { .kind = DRIFT_CLAIM, .has_type = true, .has_node = true };
        char domain[NAME_MAX + 1], type[16];
        int n = 0, number;

        if (sscanf(value, "%255s %15s %u %" SCNu64 " %" SCNu64 "%n", domain, type, &drift.node,
                   &drift.recorded, &drift.there, &n) != 5 ||
            value[n] != ' ')
                return -EBADMSG;
        number = page_type_from_name(type);
        if (number < 0)
                return -EBADMSG;
        drift.type = (enum page_type) number;
        drift.domain = domain;
        return drift_add(&state->thefts, &drift, "%s", value + n + 1);
}

/* "DOMAIN:TYPE N yes" */
static int parse_repairs(const char *value, struct watch_state *state)
{
        char name[NAME_MAX + 1], given_up[8];
        struct watch_repairs *repairs;
        unsigned count;
        int n = 0;

        if (sscanf(value, "%255s %u %7s%n", name, &count, given_up, &n) != 3 || value[n])
                return -EBADMSG;
        repairs = watch_state_repairs(state, name);
        if (!repairs)
                return -ENOMEM;
        repairs->n = count;
        return record_parse_bool(given_up, &repairs->given_up);
}

static int parse_line(char *line, void *record)
{
        struct watch_state *state = record;
        const char *value;

        if ((value = record_value(line, "said")))
                return string_list_add(&state->said, &state->n_said, value);
        if ((value = record_value(line, "claims"))) {
                free(state->claims);
                state->claims = strdup(value);
                return state->claims ? 0 : -ENOMEM;
        }
        if ((value = record_value(line, "theft")))
                return parse_theft(value, state);
        value = record_value(line, "repairs");
        return value ? parse_repairs(value, state) : -EBADMSG;
}

int watch_state_parse(char *text, const char *name, const char *boot, struct watch_state *ret)
{
        _cleanup_watch_state_ struct watch_state state = {};
        int r;

        r = record_parse_of_boot(text, name, boot, parse_line, &state);
        if (r < 0)
                return r;

        *ret = state;
        state = (struct watch_state){};
        return 0;
}

int watch_state_format(const struct watch_state *state, const char *boot, char **ret)
{
        _cleanup_free_ char *text = NULL;
        _cleanup_fclose_ FILE *f = NULL;
        size_t size;

        f = open_memstream(&text, &size);
        if (!f)
                return -ENOMEM;

        record_begin(f, boot);
        for (size_t i = 0; i < state->n_said; i++)
                fprintf(f, "said=%s\n", state->said[i]);
        if (state->claims)
                fprintf(f, "claims=%s\n", state->claims);
        for (size_t i = 0; i < state->thefts.n; i++) {
                const struct drift *theft = state->thefts.items + i;

                fprintf(f, "theft=%s %s %u %" PRIu64 " %" PRIu64 " %s\n", theft->domain,
                        page_type_name(theft->type), theft->node, theft->recorded, theft->there,
                        theft->text);
        }
        for (size_t i = 0; i < state->n_repairs; i++)
                fprintf(f, "repairs=%s %u %s\n", state->repairs[i].reservation, state->repairs[i].n,
                        state->repairs[i].given_up ? "yes" : "no");
        return record_finish(&f, &text, ret);
}

int watch_state_load(const struct machine *machine, struct watch_state *ret)
{
        _cleanup_free_ char *text = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = ledger_file_load(machine->state, PATH, &text);
        if (r >= 0)
                r = record_boot(machine, boot);
        if (r >= 0)
                r = watch_state_parse(text, PATH, boot, ret);
        if (r == -ENOENT || r == -EBADMSG) {
                *ret = (struct watch_state){};
                return 0;
        }
        return r;
}

static bool is_empty(const struct watch_state *state)
{
        return state->n_said == 0 && !state->claims && state->thefts.n == 0 &&
               state->n_repairs == 0;
}

int watch_state_store(const struct machine *machine, const struct watch_state *state)
{
        _cleanup_free_ char *text = NULL, *before = NULL;
        char boot[BOOT_ID_SIZE];
        int r;

        r = ledger_file_load(machine->state, PATH, &before);
        if (r < 0 && (r != -ENOENT || is_empty(state)))
                return r == -ENOENT ? 0 : r;
        r = record_boot(machine, boot);
        if (r < 0)
                return r;
        r = watch_state_format(state, boot, &text);
        if (r < 0)
                return log_oom();

        if (before && strcmp(before, text) == 0)
                return 0;
        return is_empty(state) ? ledger_file_remove(machine->state, PATH)
                               : ledger_file_store(machine->state, FOLDER, PATH, text);
}

void watch_state_done(struct watch_state *state)
{
        for (size_t i = 0; i < state->n_repairs; i++)
                free(state->repairs[i].reservation);
        string_list_free(state->said);
        free(state->claims);
        free(state->repairs);
        drift_list_done(&state->thefts);
        *state = (struct watch_state){};
}
