/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/scheme.h"

#include <string.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/unit-table.h"
#include "conf/load.h"
#include "helpers/modules/base/owner.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/inspect/damage.h"
#include "helpers/tool/plan/requirements.h"

/* Looks up the user or group like the setup. False: it does not exist, as described in PROBLEM. */
static bool find_owner(const struct domain *domain, char **problem, struct owner *ret)
{
        int r;

        log_set_sink(log_keep_first_error, problem);
        r = owner_resolve(domain->user, domain->group, ret);
        log_set_sink(NULL, NULL);
        return r >= 0;
}

/* The state loaded by systemd: the units that the targets of both phases want, and the command of the
 * watch; NULL: it cannot be queried. */
struct wants {
        bool known;
        char **units[N_PHASES];
        char **watch;
        sd_bus *bus;
        int root; /* the directory below which generators have written */
};

static enum boot loaded_boot(const struct wants *wants, const char *target)
{
        if (string_list_contains(wants->units[PHASE_BOOT], target))
                return BOOT_YES;
        return string_list_contains(wants->units[PHASE_LATE], target) ? BOOT_LATE : BOOT_NO;
}

static void load_wants(sd_bus *bus, struct wants *wants)
{
        wants->known = true;
        for (enum phase phase = 0; phase < N_PHASES; phase++)
                wants->known &= manager_loaded_list(bus, phase_units(phase)->target, "Wants",
                                                    &wants->units[phase]) >= 0;
        wants->watch = watch_command(bus);
}

static void wants_done(struct wants *wants)
{
        for (enum phase phase = 0; phase < N_PHASES; phase++)
                string_list_free(wants->units[phase]);
        string_list_free(wants->watch);
}

static int compare(const struct scheme *scheme, const struct wants *wants,
                   const struct owner *owner, struct scheme_domain *entry)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, entry->name);
        _cleanup_mount_layout_ struct mount_layout layout = {};
        _cleanup_strings_ char **required_by = NULL, **conditions = NULL;
        struct comparison comparison = {
                .layout = &layout,
                .live = entry->live,
                .owner = owner,
                .forecast = entry->forecast,
                .memory = scheme->live.memory,
                .boot_known = wants->known,
                .boot = target ? loaded_boot(wants, target) : BOOT_NO,
                .repair_known = wants->watch,
                .repair = watch_repairs(wants->watch, entry->name),
                .watched = scheme->config->watch_usec > 0,
        };
        int r = requirements_loaded(wants->root, entry->name, &required_by);

        if (r >= 0)
                r = conditions_loaded(wants->root, entry->name, &conditions);
        if (r < 0 || !target)
                return log_oom();
        comparison.required_by = required_by;
        comparison.conditions = conditions;
        log_set_max_level(LOG_NOTICE); /* mounts left to fstab are not worth reporting */
        r = mount_layout_make(entry->declared, &scheme->fstab, &layout);
        log_set_max_level(LOG_INFO);
        if (r >= 0)
                r = differences_find(&comparison, &entry->differences);
        return r < 0 ? log_oom() : 0;
}

/* Damage that a start would not repair and that no key shows: a foreign file system in place of
 * ours. Claimed pages taken by others return when those release them; no verb can restore them. */
static bool is_to_be_remade(const struct scheme *scheme, const char *name)
{
        for (size_t i = 0; i < scheme->damage.n; i++) {
                const struct drift *drift = scheme->damage.items + i;

                if (strcmp(drift->domain, name) == 0 &&
                    (drift->kind == DRIFT_MOUNT || drift->kind == DRIFT_NO_MOUNT ||
                     drift->kind == DRIFT_NO_BASE))
                        return true;
        }
        return false;
}

/* Whether systemd would not start the domain, as far as it is known without trying: not after a reload, nor
 * if a condition was changed since. */
static bool is_unmet(sd_bus *bus, int root, struct scheme_domain *entry)
{
        _cleanup_free_ char *now = NULL, *then = conditions_text(entry->declared->conditions);
        _cleanup_strings_ char **loaded = NULL;
        int r = conditions_unmet(bus, entry->name, &entry->unmet);

        if (r == UNMET_KNOWN && conditions_loaded(root, entry->name, &loaded) >= 0)
                now = conditions_text(loaded);
        if (now && then && strcmp(now, then) == 0)
                return true;
        free(entry->unmet);
        entry->unmet = NULL;
        return false;
}

/* The users of an image are not those of this machine: verify looks them up. */
static int judge_declared(const struct scheme *scheme, const struct wants *wants, bool image,
                          struct scheme_domain *entry)
{
        bool up = entry->live && !entry->live->unfinished, known;
        struct owner owner = {};
        int r = 0;

        if (!up && !image && entry->declared->conditions && is_unmet(wants->bus, wants->root, entry))
                return 0;
        entry->fails = entry->forecast->fails;
        if (entry->declared->error)
                return 0;
        known = image || find_owner(entry->declared, &entry->problem, &owner);
        if (up)
                r = compare(scheme, wants, known ? &owner : NULL, entry);
        if (r < 0)
                return r;

        entry->remedy = up ? differences_remedy(&entry->differences) : REMEDY_START;
        if (entry->remedy == REMEDY_NONE && is_to_be_remade(scheme, entry->name))
                entry->remedy = REMEDY_RESTART;
        if (!known) {
                entry->fails = true;
                /* A domain that is up stays so until it is set up again. */
                if (entry->remedy == REMEDY_NONE)
                        entry->remedy = REMEDY_SETUP;
        }
        return 0;
}

static int judge(const struct tool *tool, sd_bus *bus, const struct scheme *scheme,
                 const struct wants *wants, struct scheme_domain *entry)
{
        int state = tool->machine.state, r = 0;

        if (!entry->declared)
                entry->remedy = REMEDY_STOP;
        else if (scheme->switched_off)
                entry->remedy = REMEDY_NONE;
        else
                r = judge_declared(scheme, wants, tool->image, entry);
        if (r >= 0 && entry->live && entry->remedy >= REMEDY_RESTART && tool->privileged)
                r = impact_find(tool, bus, entry->live, &entry->impact);
        if (r >= 0 && state >= 0)
                (void) ledger_load_failure(state, entry->name, &entry->last_failure);
        return r;
}

/* First the existing domains that are not declared. */
static void list_domains(struct scheme *scheme, char *const *only)
{
        for (size_t i = 0; i < scheme->live.n; i++) {
                const struct live_domain *live = scheme->live.domains + i;

                if (!config_find(scheme->config, live->name) &&
                    (!only || string_list_contains(only, live->name)))
                        scheme->domains[scheme->n++] =
                                (struct scheme_domain){ .name = live->name, .live = live };
        }

        for (size_t i = 0; i < scheme->forecast.n; i++) {
                const struct forecast_domain *forecast = scheme->forecast.domains + i;

                scheme->domains[scheme->n++] = (struct scheme_domain){
                        .name = forecast->domain->name,
                        .declared = forecast->domain,
                        .live = live_find(&scheme->live, forecast->domain->name),
                        .forecast = forecast,
                };
        }
}

/* A domain that replaces another at the same path is taken for a renamed one. */
static void find_renamed(struct scheme *scheme)
{
        for (size_t i = 0; i < scheme->n; i++)
                for (size_t k = 0; k < scheme->n; k++) {
                        struct scheme_domain *old = scheme->domains + i, *new = scheme->domains + k;

                        if (old->declared || !new->declared || new->live || !old->live->path[0] ||
                            strcmp(old->live->path, new->declared->path) != 0)
                                continue;
                        old->successor = new->name;
                        new->predecessor = old->name;
                }
}

static int judge_all(const struct tool *tool, sd_bus *bus, struct scheme *scheme)
{
        struct wants wants = { .bus = bus, .root = tool->root };
        int r = 0;

        load_wants(bus, &wants);
        for (size_t i = 0; i < scheme->n && r >= 0; i++) {
                struct scheme_domain *entry = scheme->domains + i;

                r = judge(tool, bus, scheme, &wants, entry);
                scheme->changes |= entry->remedy != REMEDY_NONE;
                scheme->fails |= entry->fails;
        }
        wants_done(&wants);
        return r;
}

static int check_names(const struct scheme *scheme, char *const *only)
{
        for (; only && *only; only++)
                if (!config_find(scheme->config, *only) && !live_find(&scheme->live, *only))
                        return log_error_errno(ENOENT, "The configuration declares no domain %s",
                                               *only);
        return 0;
}

bool scheme_is_held(const struct scheme *scheme)
{
        for (size_t i = 0; i < scheme->n; i++)
                if (scheme->domains[i].impact.n_holders > 0)
                        return true;
        return false;
}

int scheme_make(const struct tool *tool, sd_bus *bus, const struct config *config,
                char *const *only, struct scheme *ret)
{
        _cleanup_scheme_ struct scheme scheme = {
                .config = config,
                .switched_off = reload_switched_off(tool),
        };
        int r;

        if (!scheme.switched_off) /* else systemd has read nothing, and will read nothing */
                scheme.stale = reload_reason(tool, bus);
        r = live_look(tool, &scheme.live);
        if (r >= 0 && config->n_domains > 0)
                r = fstab_load(tool->root, &scheme.fstab);
        if (only && !*only)
                only = NULL;
        if (r >= 0)
                r = check_names(&scheme, only);
        if (r >= 0 && scheme.live.n > 0)
                r = damage_find(tool, NULL, &scheme.damage);
        if (r >= 0)
                r = forecast_make(tool, config, only, &scheme.forecast);
        if (r >= 0)
                r = recipes_make(tool->machine.sysfs, &scheme.forecast, &scheme.recipes);
        if (r < 0)
                return r;

        scheme.domains = calloc(scheme.live.n + scheme.forecast.n + 1, sizeof(*scheme.domains));
        if (!scheme.domains)
                return log_oom();
        list_domains(&scheme, only);
        find_renamed(&scheme);
        if (!only && !scheme.switched_off)
                scheme.watch = watch_compare(bus, config);
        scheme.changes = scheme.stale || scheme.watch != WATCH_KEEP;
        r = judge_all(tool, bus, &scheme);
        if (r < 0)
                return r;

        *ret = scheme;
        scheme = (struct scheme){};
        return 0;
}

void scheme_done(struct scheme *scheme)
{
        for (size_t i = 0; i < scheme->n; i++) {
                differences_done(&scheme->domains[i].differences);
                impact_done(&scheme->domains[i].impact);
                free(scheme->domains[i].problem);
                free(scheme->domains[i].last_failure);
                free(scheme->domains[i].unmet);
        }
        free(scheme->domains);
        free(scheme->stale);
        drift_list_done(&scheme->damage);
        recipes_done(&scheme->recipes);
        forecast_done(&scheme->forecast);
        fstab_done(&scheme->fstab);
        live_done(&scheme->live);
        *scheme = (struct scheme){};
}
