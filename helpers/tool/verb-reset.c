/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* reset [DOMAIN]: removes all regions of a domain. */

#include <string.h>

#include "basic/arguments.h"
#include "basic/log.h"
#include "basic/nearest.h"
#include "conf/model.h"
#include "helpers/modules/stop/regions-reset.h"
#include "helpers/tool/classic/classic.h"
#include "helpers/tool/classic/legacy-result.h"

/* The record of the domain that is up at PATH; -ENOENT: none is. */
static int find_by_path(const struct tool *tool, const char *path, struct ledger_domain *ret)
{
        char **names;
        int r, result = -ENOENT;

        if (tool->machine.state < 0)
                return -ENOENT;
        r = ledger_list_domains(tool->machine.state, &names);
        if (r < 0)
                return r;

        for (char **name = names; *name; name++) {
                struct ledger_domain domain = {};

                if (result == -ENOENT && ledger_load_domain(&tool->machine, *name, &domain) >= 0) {
                        if (strcmp(domain.path, path) == 0) {
                                *ret = domain;
                                result = 0;
                        } else {
                                ledger_domain_done(&domain);
                        }
                }
                free(*name);
        }
        free(names);
        return result;
}

/* A directory that the ledger does not know can still be a domain, of the script that we replace.
 */
static int find_at_path(const struct tool *tool, const char *path, struct ledger_domain *ret)
{
        _cleanup_free_ char *canonical = NULL;
        int r;

        r = classic_canonical_path(path, &canonical);
        if (r < 0)
                return r;
        r = find_by_path(tool, canonical, ret);
        if (r != -ENOENT)
                return r;

        *ret = (struct ledger_domain){ .path = TAKE_PTR(canonical) };
        return 0;
}

static void ignore(int level, const char *file, unsigned line, const char *message, void *userdata)
{
}

static bool is_declared(const struct config *config, const char *name)
{
        for (size_t i = 0; i < config->n_domains; i++)
                if (strcmp(config->domains[i].name, name) == 0)
                        return true;
        return false;
}

static int say_unknown(const struct tool *tool, const char *name)
{
        struct nearest nearest = NEAREST_TO(name);
        _cleanup_config_ struct config config = {};
        char **names = NULL;

        (void) config_load(tool->root, ignore, NULL, &config);
        if (is_declared(&config, name))
                return log_error_errno(ENOENT,
                                       "domain %s is not up: systemctl start fd-shmem@%s.target",
                                       name, name);

        for (size_t i = 0; i < config.n_domains; i++)
                nearest_consider(&nearest, config.domains[i].name);
        if (tool->machine.state >= 0 && ledger_list_domains(tool->machine.state, &names) >= 0)
                for (char **p = names; *p; p++)
                        nearest_consider(&nearest, *p);
        log_error("there is no domain %s, neither declared nor in the ledger%s%s%s", name,
                  nearest.word ? "; did you mean " : "", nearest.word ?: "",
                  nearest.word ? "?" : "");
        for (char **p = names; p && *p; p++)
                free(*p);
        free(names);
        return -ENOENT;
}

static int find_named(const struct tool *tool, const char *name, struct ledger_domain *ret)
{
        int r = -ENOENT;

        if (!domain_name_is_safe(name))
                return log_error_errno(EINVAL, "'%s' is not the name of a domain", name);
        if (tool->machine.state >= 0)
                r = ledger_load_domain(&tool->machine, name, ret);
        return r == -ENOENT ? say_unknown(tool, name) : r;
}

static int reset(const struct tool *tool, const char *what)
{
        _cleanup_ledger_domain_ struct ledger_domain domain = {};
        _cleanup_close_ int lock = -1;
        int r;

        if (what && what[0] != '/')
                r = find_named(tool, what, &domain);
        else
                r = find_at_path(tool, what ?: tool->path, &domain);
        if (r < 0)
                return r;

        /* Only root can take the lock; others are bounded by what they may remove. */
        if (tool->privileged && domain.name) {
                lock = ledger_lock_domain(&tool->machine, domain.name, NULL, NULL);
                if (lock < 0)
                        return lock;
        }
        r = regions_reset(&tool->machine, domain.path, domain.mount);
        if (r == 0 && !domain.name)
                return log_error_errno(ENOENT, "path %s is no domain: nothing is mounted in it",
                                       domain.path);
        return r;
}

int verb_reset(struct tool *tool, int argc, char **argv)
{
        struct outcome outcome;

        if (argc > 1 && argv[1][0] == '-')
                return tool_usage(tool, argv[0]);

        outcome_begin(&outcome, tool, argc, argv);
        log_set_max_level(LOG_INFO);
        return outcome_end(&outcome, reset(tool, argv[1]));
}
