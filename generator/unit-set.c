/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/unit-set.h"

#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "generator/check-units.h"
#include "generator/domain-units.h"
#include "generator/error-units.h"
#include "generator/mount-layout.h"
#include "generator/parallel.h"
#include "generator/watch-units.h"

struct unit_set {
        const struct output *output;
        const struct config *config;
        struct mount_layout *plans; /* one for each domain; unused for one with an error */
};

static void unit_set_done(struct unit_set *set)
{
        for (size_t i = 0; set->plans && i < set->config->n_domains; i++)
                mount_layout_done(&set->plans[i]);
        free(set->plans);
}

static int plan_all(struct unit_set *set, const struct fstab *fstab)
{
        const struct config *config = set->config;

        set->plans = calloc(config->n_domains, sizeof(*set->plans));
        if (!set->plans)
                return log_oom();

        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = &config->domains[i];
                int r = domain->error ? 0 : mount_layout_make(domain, fstab, &set->plans[i]);

                if (r < 0)
                        return log_error_errno(r, "domain %s: cannot be planned: %m", domain->name);
        }

        return 0;
}

static int link_domain(const struct output *output, const struct domain *domain)
{
        _cleanup_free_ char *name = NULL;

        if (asprintf(&name, "fd-shmem.target.wants/fd-shmem@%s.target", domain->name) < 0) {
                name = NULL;
                return log_oom();
        }

        return output_write_link(output, name, SYSTEMUNITDIR "/fd-shmem@.target");
}

static int write_domain(size_t i, void *userdata)
{
        const struct unit_set *set = userdata;
        const struct domain *domain = &set->config->domains[i];
        int r;

        if (domain->error)
                r = error_write_units(set->output, domain, domain->error);
        else
                r = domain_write_units(set->output, set->config, &set->plans[i]);

        if (r >= 0 && domain->boot)
                r = link_domain(set->output, domain);
        return r;
}

int unit_set_link_boot(const struct output *output)
{
        return output_write_link(output, "sysinit.target.wants/fd-shmem.target",
                                 SYSTEMUNITDIR "/fd-shmem.target");
}

static int link_boot(const struct unit_set *set)
{
        for (size_t i = 0; i < set->config->n_domains; i++)
                if (set->config->domains[i].boot)
                        return unit_set_link_boot(set->output);

        return 0;
}

int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab)
{
        _cleanup_(unit_set_done) struct unit_set set = { .output = output, .config = config };
        int r, q;

        r = check_write_units(output, config, NULL);
        if (r < 0 || config->n_domains == 0)
                return r;

        r = plan_all(&set, fstab);
        if (r < 0)
                return r;

        r = parallel_for(config->n_domains, write_domain, &set);
        q = link_boot(&set);
        if (q >= 0)
                q = watch_write_units(output, config);
        return r < 0 ? r : q;
}
