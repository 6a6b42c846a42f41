/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* reset [DOMAIN]: removes all regions of a domain. */

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "basic/nearest.h"
#include "basic/string-list.h"
#include "basic/words/arguments.h"
#include "conf/load.h"
#include "helpers/modules/stop/regions-reset.h"
#include "helpers/tool/classic/classic.h"
#include "helpers/tool/classic/legacy-result.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/question.h"

struct options {
        bool ask; /* first */
        bool dry_run;
};

/* As fd_shmem_cfg there are no options, and no confirmation. */
static int parse(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){ .ask = !tool->classic && question_is_possible() };
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_YES)
                        ret->ask = false;
                else if (c == OPTION_DRY_RUN)
                        ret->dry_run = true;
                else
                        return tool_usage(tool, argv[0]);
        return TOOL_OK;
}

/* The record of the domain that is up at PATH; -ENOENT: none is. */
static int find_by_path(const struct tool *tool, const char *path, struct ledger_domain *ret)
{
        _cleanup_strings_ char **names = NULL;
        int r;

        if (tool->machine.state < 0)
                return -ENOENT;
        r = ledger_list_domains(tool->machine.state, &names);
        if (r < 0)
                return r;

        for (char **name = names; *name; name++) {
                _cleanup_ledger_domain_ struct ledger_domain domain = {};

                if (ledger_load_domain(&tool->machine, *name, &domain) < 0 ||
                    strcmp(domain.path, path) != 0)
                        continue;
                *ret = domain;
                domain = (struct ledger_domain){};
                return 0;
        }
        return -ENOENT;
}

/* A directory missing from the ledger can still be a domain, made by the script that we replace.
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

static int say_unknown(const struct tool *tool, const char *name)
{
        struct nearest nearest = NEAREST_TO(name);
        _cleanup_config_ struct config config = {};
        _cleanup_strings_ char **names = NULL;

        (void) config_load(tool->root, NULL, NULL, &config);
        if (config_find(&config, name))
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

static uint64_t count_regions(const struct regions_look *look)
{
        uint64_t n = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                n += look->regions[type];
        return n;
}

/* A domain made by hand has no name other than its path. */
static char *escape_name(const struct ledger_domain *domain)
{
        return text_escape(domain->name && domain->name[0] != '_' ? domain->name : domain->path);
}

static void print_look(const struct tool *tool, const struct ledger_domain *domain,
                       const struct regions_look *look)
{
        _cleanup_free_ char *path = text_escape(domain->path);

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (look->mounted[type])
                        fprintf(tool->out, "%s/%s: %" PRIu64 " region%s, %" PRIu64 " %s pages\n",
                                path ?: "?", page_type_directory(type), look->regions[type],
                                look->regions[type] == 1 ? "" : "s", look->pages[type],
                                page_type_name(type));
        for (size_t i = 0; i < look->n_holders; i++)
                fprintf(tool->out, "in use: %s\n", look->holders[i]);
}

static int no_domain(const struct ledger_domain *domain)
{
        return log_error_errno(ENOENT, "path %s is no domain: nothing is mounted in it",
                               domain->path);
}

static int preview(const struct tool *tool, const struct ledger_domain *domain)
{
        _cleanup_regions_look_ struct regions_look look = {};
        _cleanup_free_ char *name = escape_name(domain);
        int r = regions_look(&tool->machine, domain->path, domain->mount, &look);

        if (r < 0)
                return r;
        if (r == 0 && !domain->name)
                return no_domain(domain);
        print_look(tool, domain, &look);
        fprintf(tool->out, "Would remove %" PRIu64 " region%s of %s\n", count_regions(&look),
                count_regions(&look) == 1 ? "" : "s", name ?: "?");
        return 0;
}

/* With nothing to remove no confirmation is needed; anything inaccessible is reported by the reset. */
static int confirm(const struct tool *tool, const struct ledger_domain *domain)
{
        static const bool none[N_PAGE_TYPES] = {};
        _cleanup_regions_look_ struct regions_look look = {};
        _cleanup_free_ char *name = escape_name(domain), *question = NULL;
        uint64_t n;

        if (regions_look(&tool->machine, domain->path, none, &look) < 0)
                return 0;
        n = count_regions(&look);
        if (n == 0)
                return 0;

        print_look(tool, domain, &look);
        if (asprintf(&question, "Remove %" PRIu64 " region%s of %s%s?", n, n == 1 ? "" : "s",
                     name ?: "?", look.n_holders > 0 ? ", in use as shown" : "") < 0) {
                question = NULL;
                return log_oom();
        }
        if (!question_ask(tool->out, question))
                return log_error_errno(ECANCELED, "not confirmed, nothing was removed");
        return 0;
}

static int reset(const struct tool *tool, const char *what, const struct options *options)
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
        if (options->dry_run)
                return preview(tool, &domain);
        r = options->ask ? confirm(tool, &domain) : 0;
        if (r < 0)
                return r;

        /* Only root can take the lock; other users are limited to the files they may remove. */
        if (tool->privileged && domain.name) {
                lock = ledger_lock_domain(&tool->machine, domain.name, NULL, NULL);
                if (lock < 0)
                        return lock;
        }
        r = regions_reset(&tool->machine, domain.path, domain.mount);
        return r == 0 && !domain.name ? no_domain(&domain) : r;
}

int verb_reset(struct tool *tool, int argc, char **argv)
{
        struct options options;
        struct outcome outcome;
        int r = parse(tool, argc, argv, &options);

        if (r != TOOL_OK)
                return r;
        outcome_begin(&outcome, tool, argc, argv);
        outcome.dry_run = options.dry_run;
        log_set_max_level(LOG_INFO);
        return outcome_end(&outcome, reset(tool, argv[optind], &options));
}
