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
#include "generator/size-order.h"

static int link_domain(const struct output *output, const struct domain *domain, enum phase phase)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain->name);
        _cleanup_free_ char *name = NULL, *template = NULL;

        if (!target || asprintf(&name, "%s.wants/%s", phase_units(phase)->target, target) < 0)
                name = NULL;
        if (asprintf(&template, SYSTEMUNITDIR "/%s", domain_unit_template(DOMAIN_TARGET)) < 0)
                template = NULL;
        if (!name || !template)
                return log_oom();

        return output_write_link(output, name, template);
}

static int write_domain(const struct output *output, const struct config *config,
                        const struct size_order orders[N_PHASES], const struct domain *domain,
                        const struct fstab *fstab)
{
        _cleanup_mount_layout_ struct mount_layout layout = {};
        enum phase phase = domain_is_late(domain) ? PHASE_LATE : PHASE_BOOT;
        int r;

        if (domain->error) {
                r = domain_write_error(output, domain);
        } else {
                r = mount_layout_make(domain, fstab, &layout);
                if (r < 0)
                        return log_error_errno(r, "domain %s: cannot lay out its mounts: %m",
                                               domain->name);
                r = domain_write_units(output, config, &orders[phase], &layout);
        }

        if (r >= 0)
                r = consumers_write_dropins(output, domain);
        if (r < 0 || domain_boot(domain) == BOOT_NO)
                return r;
        return link_domain(output, domain, phase);
}

static int write_orders(const struct output *output, const struct size_order orders[N_PHASES])
{
        int r = 0;

        for (enum phase phase = 0; phase < N_PHASES && r >= 0; phase++)
                r = size_order_write(output, &orders[phase]);
        return r;
}

int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab)
{
        struct size_order orders[N_PHASES];
        bool boot = false, late = false;
        int r, result = 0;

        r = machine_write_check(output, config, PHASE_BOOT, NULL);
        if (r < 0 || config->n_domains == 0)
                return r;

        for (enum phase phase = 0; phase < N_PHASES; phase++)
                size_order_make(config, phase, &orders[phase]);
        for (size_t i = 0; i < config->n_domains; i++) {
                r = write_domain(output, config, orders, &config->domains[i], fstab);
                result = result ?: r;
                boot |= domain_boot(&config->domains[i]) == BOOT_YES;
                late |= domain_boot(&config->domains[i]) == BOOT_LATE;
        }

        r = write_orders(output, orders);
        if (r >= 0 && boot)
                r = machine_link_target(output, PHASE_BOOT);
        if (r >= 0 && late)
                r = machine_write_check(output, config, PHASE_LATE, NULL);
        if (r >= 0 && late)
                r = machine_link_target(output, PHASE_LATE);
        if (r >= 0)
                r = machine_write_watch(output, config);
        return result ?: r;
}
