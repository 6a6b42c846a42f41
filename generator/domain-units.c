/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/domain-units.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/log.h"
#include "conf/keys.h"
#include "generator/mount-options.h"
#include "generator/unit-file.h"
#include "generator/unit-text.h"
#include "generator/unit-vars.h"

/* Sets VALUE to " --OPTION=normal,huge,gigantic", of those whose mount is as WANTED; to nothing if
 * none is. */
static int set_type_list(struct values *values, enum value value, const char *option,
                         const struct mount_layout *layout, enum mount_plan wanted)
{
        int r;

        r = values_set(values, value, "");
        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++) {
                const char *before = values_get(values, value);

                if (layout->mount[type] != wanted)
                        continue;
                if (*before)
                        r = values_format(values, value, "%s,%s", before, page_type_name(type));
                else
                        r = values_format(values, value, " --%s=%s", option, page_type_name(type));
        }

        return r;
}

static int set_owner(struct values *values, const struct domain *domain)
{
        int r;

        r = values_set_argument(values, VALUE_USER, "--user=", domain->user);
        if (r >= 0)
                r = values_set(values, VALUE_GROUP, "");
        if (r >= 0 && domain->group)
                r = values_set_argument(values, VALUE_GROUP, "--group=", domain->group);
        if (r >= 0)
                r = values_format(values, VALUE_MODE, "%04o", (unsigned) domain->mode);
        return r;
}

/* Every path that has to be mounted before the domain is handed over. */
static int set_mount_paths(struct values *values, const struct mount_layout *layout)
{
        int r = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                if (layout->path[type])
                        r = values_add_word(values, VALUE_MOUNT_PATHS, layout->path[type]);

        return r;
}

static int set_domain_values(struct values *values, const struct mount_layout *layout)
{
        const struct domain *domain = layout->domain;
        int r;

        r = values_set(values, VALUE_DOMAIN, domain->name);
        if (r >= 0)
                r = values_set_text(values, VALUE_SOURCE, domain->where.file);
        if (r >= 0)
                r = values_add_word(values, VALUE_BASE, domain->path);
        if (r >= 0)
                r = values_set_argument(values, VALUE_PATH_ARGUMENT, "--path=", domain->path);
        if (r >= 0)
                r = set_type_list(values, VALUE_MOUNTS, "mounts", layout, MOUNT_OURS);
        if (r >= 0)
                r = set_type_list(values, VALUE_FOREIGN, "foreign", layout, MOUNT_FOREIGN);
        if (r >= 0)
                r = set_mount_paths(values, layout);
        if (r >= 0)
                r = set_owner(values, domain);
        return r;
}

/* Sets the options of the keys that reservations use. */
static int set_policy(struct values *values, const struct config *config,
                      const struct domain *domain)
{
        enum section_kind kind;
        const struct key *key;
        int r;

        r = values_set(values, VALUE_POLICY, "");
        for (size_t i = 0; r >= 0 && (key = keys_option(i, &kind)); i++) {
                _cleanup_free_ char *text = NULL;
                char option[32];

                snprintf(option, sizeof(option), "--%s=", key->option);
                r = key_format(key, kind == SECTION_GLOBAL ? (const void *) config : domain, &text);
                if (r >= 0 && text)
                        r = values_add_argument(values, VALUE_POLICY, option, text);
        }
        return r;
}

/* Sets the name of the unit that reserves TYPE for the domain, if there is anything to reserve. */
static int set_reservation(struct values *values, enum value value,
                           const struct mount_layout *layout, enum page_type type)
{
        if (!mount_layout_reserves(layout, type))
                return 0;

        return values_format(values, value, "fd-shmem-reserve@%s:%s.service", layout->domain->name,
                             page_type_name(type));
}

static int set_reservation_values(struct values *values, const struct config *config,
                                  const struct mount_layout *layout)
{
        int r;

        r = set_reservation(values, VALUE_GIGANTIC, layout, PAGE_GIGANTIC);
        if (r >= 0)
                r = set_reservation(values, VALUE_HUGE, layout, PAGE_HUGE);
        if (r >= 0 && config->policy.defrag == DEFRAG_ALWAYS)
                r = values_set(values, VALUE_BEFOREHAND, "fd-shmem-defrag.service");
        if (r >= 0)
                r = set_policy(values, config, layout->domain);
        return r;
}

/* Sets where the kernel shows the pool, if its absence shall keep nobody waiting: without a reservation
 * it is enough to mount what this machine has. What is reserved must be there. */
static int set_pool(struct values *values, const struct mount_layout *layout, enum page_type type)
{
        if (!page_type_has_pool(type) || mount_layout_reserves(layout, type)) {
                values_unset(values, VALUE_POOL);
                return 0;
        }

        return values_format(values, VALUE_POOL, "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB",
                             page_type_size(type) / 1024);
}

/* Sets what differs between the page types. */
static int set_type_values(struct values *values, const struct mount_layout *layout,
                           enum page_type type)
{
        _cleanup_free_ char *pages = NULL;
        int r;

        r = set_pool(values, layout, type);
        if (r < 0)
                return r;
        if (!mount_layout_reserves(layout, type)) {
                values_unset(values, VALUE_RESERVATION);
                return 0;
        }

        r = page_request_format(&layout->domain->request[type], &pages);
        if (r >= 0)
                r = values_set_argument(values, VALUE_PAGES, "--pages=", pages);
        if (r >= 0)
                r = set_reservation(values, VALUE_RESERVATION, layout, type);
        return r;
}

static int write_reservation(const struct output *output, struct values *values,
                             const struct mount_layout *layout, enum page_type type)
{
        const char *text =
                type == PAGE_GIGANTIC ? unit_text_reserve_gigantic : unit_text_reserve_huge;

        if (!mount_layout_reserves(layout, type))
                return 0;

        return unit_file_write_dropin(output, values_get(values, VALUE_RESERVATION), text, values);
}

/* What fd-shmem-watch.service starts when others took pages out of the pool. */
static int write_repair(const struct output *output, struct values *values,
                        const struct mount_layout *layout, enum page_type type)
{
        _cleanup_free_ char *unit = NULL;
        int r;

        if (!layout->domain->repair || !mount_layout_reserves(layout, type))
                return 0;
        if (asprintf(&unit, "fd-shmem-repair@%s:%s.service", layout->domain->name,
                     page_type_name(type)) < 0) {
                unit = NULL;
                return log_oom();
        }

        r = values_set(values, VALUE_TYPE, page_type_name(type));
        return r < 0 ? r : unit_file_write_dropin(output, unit, unit_text_repair, values);
}

static int write_mount(const struct output *output, struct values *values,
                       const struct mount_layout *layout, enum page_type type)
{
        _cleanup_free_ char *options = NULL;
        const char *file_system;
        int r;

        if (layout->mount[type] != MOUNT_OURS)
                return 0;

        r = mount_options(layout->domain, type, &file_system, &options);
        if (r >= 0)
                r = values_set(values, VALUE_FILE_SYSTEM, file_system);
        if (r >= 0)
                r = values_set_text(values, VALUE_OPTIONS, options);
        if (r >= 0)
                r = values_set_text(values, VALUE_WHERE, layout->path[type]);
        if (r < 0)
                return log_error_errno(r, "%s: cannot be described: %m", layout->unit[type]);

        return unit_file_write(output, layout->unit[type], unit_text_mount, values);
}

static int write_type(const struct output *output, struct values *values,
                      const struct mount_layout *layout, enum page_type type)
{
        int r;

        r = set_type_values(values, layout, type);
        if (r < 0)
                return log_error_errno(r, "domain %s: %s pages cannot be described: %m",
                                       layout->domain->name, page_type_name(type));

        r = write_reservation(output, values, layout, type);
        if (r >= 0)
                r = write_repair(output, values, layout, type);
        if (r >= 0)
                r = write_mount(output, values, layout, type);
        return r;
}

/* Writes a drop-in of the domain's instance of the static unit PREFIX@.service. */
static int write_service(const struct output *output, const struct values *values,
                         const char *prefix, const char *text)
{
        _cleanup_free_ char *unit = NULL;

        if (asprintf(&unit, "%s@%s.service", prefix, values_get(values, VALUE_DOMAIN)) < 0)
                return log_oom();

        return unit_file_write_dropin(output, unit, text, values);
}

int domain_write_units(const struct output *output, const struct config *config,
                       const struct mount_layout *layout)
{
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        r = set_domain_values(&values, layout);
        if (r >= 0)
                r = set_reservation_values(&values, config, layout);
        if (r < 0)
                return log_error_errno(r, "domain %s: cannot be described: %m",
                                       layout->domain->name);

        r = write_service(output, &values, "fd-shmem-prepare", unit_text_prepare);
        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                r = write_type(output, &values, layout, type);
        if (r >= 0)
                r = write_service(output, &values, "fd-shmem-setup", unit_text_setup);
        return r;
}
