/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/unit-set.h"

#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "generator/consumer-units.h"
#include "generator/domain-units.h"
#include "generator/machine-units.h"
#include "generator/mount-layout.h"

static int link_domain(const struct output *output, const struct domain *domain)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain->name);
        _cleanup_free_ char *name = NULL, *template = NULL;

        if (!target || asprintf(&name, UNIT_TARGET ".wants/%s", target) < 0)
                name = NULL;
        if (asprintf(&template, SYSTEMUNITDIR "/%s", domain_unit_template(DOMAIN_TARGET)) < 0)
                template = NULL;
        if (!name || !template)
                return log_oom();

        return output_write_link(output, name, template);
}

static int write_domain(const struct output *output, const struct config *config,
                        const struct domain *domain, const struct fstab *fstab)
{
        _cleanup_mount_layout_ struct mount_layout layout = {};
        int r;

        if (domain->error) {
                r = domain_write_error(output, domain);
        } else {
                r = mount_layout_make(domain, fstab, &layout);
                if (r < 0)
                        return log_error_errno(r, "domain %s: cannot lay out its mounts: %m",
                                               domain->name);
                r = domain_write_units(output, config, &layout);
        }

        if (r >= 0)
                r = consumers_write_dropins(output, domain);
        return r >= 0 && domain->boot ? link_domain(output, domain) : r;
}

int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab)
{
        bool boot = false;
        int r, result = 0;

        r = machine_write_check(output, config, NULL);
        if (r < 0 || config->n_domains == 0)
                return r;

        for (size_t i = 0; i < config->n_domains; i++) {
                r = write_domain(output, config, &config->domains[i], fstab);
                result = result ?: r;
                boot |= config->domains[i].boot;
        }

        r = boot ? machine_link_boot(output) : 0;
        if (r >= 0)
                r = machine_write_watch(output, config);
        return result ?: r;
}
