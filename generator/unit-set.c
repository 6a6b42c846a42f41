/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/unit-set.h"

#include <errno.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "generator/domain-units.h"
#include "generator/error-units.h"
#include "generator/plan.h"

/* A mount unit's name is the escaped path, and systemd has a limit for names. */
static int write_too_long(const struct output *output, const struct domain *domain)
{
        _cleanup_free_ char *error = NULL;

        if (asprintf(&error,
                     "%s:%u: Path=%s is too long: with .gigantic and escaped it would make a unit "
                     "name of more than 255 characters",
                     domain->where.file, domain->where.line, domain->path) < 0) {
                error = NULL;
                return log_oom();
        }

        log_error("%s", error);
        return error_write_units(output, domain, error);
}

static int write_domain(const struct output *output, const struct config *config,
                        const struct fstab *fstab, const struct domain *domain)
{
        _cleanup_plan_ struct plan plan = { 0 };
        int r;

        if (domain->error)
                return error_write_units(output, domain, domain->error);

        r = plan_domain(domain, fstab, &plan);
        if (r == -ENAMETOOLONG)
                return write_too_long(output, domain);
        if (r < 0)
                return log_error_errno(r, "domain %s: cannot be planned: %m", domain->name);

        return domain_write_units(output, config, &plan);
}

static int link_domain(const struct output *output, const struct domain *domain)
{
        _cleanup_free_ char *instance = NULL, *name = NULL;
        int r;

        r = error_instance(domain, &instance);
        if (r < 0)
                return log_oom();
        if (asprintf(&name, "fd-shmem.target.wants/fd-shmem@%s.target", instance) < 0) {
                name = NULL;
                return log_oom();
        }

        return output_write_link(output, name, SYSTEMUNITDIR "/fd-shmem@.target");
}

int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab)
{
        bool boot = false;
        int first = 0;
        int r;

        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = &config->domains[i];

                r = write_domain(output, config, fstab, domain);
                if (r >= 0 && domain->boot) {
                        boot = true;
                        r = link_domain(output, domain);
                }
                first = first ?: r < 0 ? r : 0;
        }

        if (boot) {
                r = output_write_link(output, "sysinit.target.wants/fd-shmem.target",
                                      SYSTEMUNITDIR "/fd-shmem.target");
                first = first ?: r < 0 ? r : 0;
        }

        return first;
}
