/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/domain-units.h"

#include <inttypes.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "conf/keys/keys.h"
#include "generator/device-units.h"
#include "generator/mount-options.h"
#include "generator/place-units.h"
#include "generator/size-order.h"
#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"
#include "generator/text/unit-vars.h"

/* Sets VALUE to " --OPTION=normal,huge,gigantic", of the types whose mount is WANTED; to the empty
 * text if there is none. */
static void set_type_list(struct values *values, enum value value, const char *option,
                          const struct mount_layout *layout, enum mount_plan wanted)
{
        values_set(values, value, "");
        for (enum page_type type = 0; type < N_PAGE_TYPES && !values->error; type++) {
                const char *before = values_get(values, value);

                if (layout->mount[type] != wanted)
                        continue;
                if (*before)
                        values_format(values, value, "%s,%s", before, page_type_name(type));
                else
                        values_format(values, value, " --%s=%s", option, page_type_name(type));
        }
}

/* Sets the page sizes that are not the default. */
static void set_sizes(struct values *values, const struct domain *domain)
{
        values_set(values, VALUE_SIZES, "");
        for_each_pool_type(type) {
                struct page_size size = domain_page_size(domain, type);
                char option[32];

                if (page_size_equal(size, page_size_default(type)))
                        continue;
                snprintf(option, sizeof(option), "%s-size", page_type_name(type));
                values_add_argument(values, VALUE_SIZES, option, page_size_text(size));
        }
}

/* Where the domain is and whose; without mounts it is nowhere. */
static void set_whereabouts(struct values *values, const struct mount_layout *layout)
{
        const struct domain *domain = layout->domain;

        set_type_list(values, VALUE_MOUNTS, "mounts", layout, MOUNT_OURS);
        set_type_list(values, VALUE_FOREIGN, "foreign", layout, MOUNT_FOREIGN);
        if (!domain->mounts) {
                values_set(values, VALUE_PLACES, "");
                values_set(values, VALUE_PATH_ARGUMENT, " --no-mounts");
                values_set(values, VALUE_USER, "");
                values_set(values, VALUE_GROUP, "");
                values_set(values, VALUE_MODE, "");
                return;
        }

        values_add_path(values, VALUE_BASE, domain->path);
        place_set_values(values, layout);
        values_set_argument(values, VALUE_PATH_ARGUMENT, "path", domain->path);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (layout->path[type])
                        values_add_path(values, VALUE_MOUNT_PATHS, layout->path[type]);
        values_set_argument(values, VALUE_USER, "user", domain->user);
        values_set_argument(values, VALUE_GROUP, "group", domain->group);
        values_format(values, VALUE_MODE, " --mode=%04o", (unsigned) domain->mode);
}

static void set_domain_values(struct values *values, const struct mount_layout *layout)
{
        const struct domain *domain = layout->domain;

        values_set(values, VALUE_DOMAIN, domain->name);
        values_set_text(values, VALUE_SOURCE, domain->where.file);
        /* An unmet condition lets the units that require this one start, an assertion does not. */
        for (char **condition = domain->conditions; condition && *condition; condition++)
                values_add_line(values, VALUE_CONDITIONS, "Assert", *condition);
        set_sizes(values, domain);
        set_whereabouts(values, layout);
}

/* Everything of a late domain comes after fd-shmem.target, which is ordered before sysinit.target; of
 * other domains before it. When all domains are restarted, either order has those removed from the
 * configuration taken down first: one of them may have had the same path. */
static void set_phase(struct values *values, const struct domain *domain)
{
        bool late = domain_is_late(domain);

        values_set(values, VALUE_PHASE_ORDER, late ? "After" : "Before");
        if (domain_boot(domain) == BOOT_LATE)
                values_set(values, VALUE_LATE_TARGET, UNIT_LATE_TARGET);
}

/* Sets VALUE to the name of the unit that reserves TYPE for the domain, or drops its lines if there is
 * nothing to reserve. */
static void set_reservation(struct values *values, enum value value,
                            const struct mount_layout *layout, enum page_type type)
{
        _cleanup_free_ char *unit = NULL;

        if (!mount_layout_reserves(layout, type))
                return values_unset(values, value);

        unit = domain_unit_name_of_type(DOMAIN_RESERVE, layout->domain->name, type);
        if (unit)
                values_set(values, value, unit);
        else
                values_fail(values, -ENOMEM);
}

/* Sets the options of the keys that reservations use. */
static void set_policy(struct values *values, const struct config *config,
                       const struct domain *domain)
{
        enum section_kind kind;
        const struct key *key;

        values_set(values, VALUE_POLICY, "");
        for (size_t i = 0; (key = keys_option(i, &kind)); i++) {
                _cleanup_free_ char *text = NULL;
                int r = key_format(key, kind == SECTION_GLOBAL ? (const void *) config : domain,
                                   &text);

                if (r < 0)
                        values_fail(values, r);
                else if (text)
                        values_add_argument(values, VALUE_POLICY, key->option, text);
        }
}

/* Sets VALUE to the units that reserve pages of types larger than TYPE for the domain, or drops its lines if
 * there are none. */
static void set_reservations(struct values *values, enum value value,
                             const struct mount_layout *layout, enum page_type type)
{
        values_unset(values, value);
        for_each_pool_type(larger) {
                _cleanup_free_ char *unit = NULL;

                if (larger <= type || !mount_layout_reserves(layout, larger))
                        continue;
                unit = domain_unit_name_of_type(DOMAIN_RESERVE, layout->domain->name, larger);
                if (!unit)
                        return values_fail(values, -ENOMEM);
                values_add_word(values, value, unit);
        }
}

/* Sets where the kernel shows the pool, if a missing pool shall not delay the start: without a
 * reservation it is enough to mount the page types that this machine has. Pools with a reservation
 * must exist. */
static void set_pool(struct values *values, const struct mount_layout *layout, enum page_type type)
{
        if (!page_type_has_pool(type) || mount_layout_reserves(layout, type))
                values_unset(values, VALUE_POOL);
        else
                values_format(values, VALUE_POOL,
                              "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB",
                              domain_page_size(layout->domain, type).bytes / 1024);
}

static void set_pages(struct values *values, const struct mount_layout *layout, enum page_type type)
{
        _cleanup_free_ char *pages = NULL;
        int r;

        if (!mount_layout_reserves(layout, type))
                return values_unset(values, VALUE_PAGES);

        r = page_request_format(&layout->domain->request[type], &pages);
        if (r < 0)
                values_fail(values, r);
        else
                values_set_argument(values, VALUE_PAGES, "pages", pages);
}

/* Sets VALUE to the units of the domain's devices, or drops its lines if it waits for none. */
static void set_device_units(struct values *values, enum value value, const struct domain *domain, bool near)
{
        _cleanup_free_ char *units = NULL;
        int r = near ? device_units(domain, &units) : 0;

        values_unset(values, value);
        if (r < 0)
                values_fail(values, r);
        else if (units)
                values_set_text(values, value, units);
}

/* Sets the units of devices for which the reservation of TYPE waits, or drops their lines. One that may wait
 * for a device does not hold up smaller pages of other domains. */
static void set_devices(struct values *values, const struct domain *domain, enum page_type type)
{
        bool near = page_request_is_near(&domain->request[type]);

        if (near && device_list_needs_driver(&domain->policy.devices))
                values_unset(values, VALUE_BARRIER);
        set_device_units(values, VALUE_DEVICES, domain, near);
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
        if (r < 0)
                return log_error_errno(r, "Cannot describe %s: %m", layout->unit[type]);

        /* A tmpfs near devices has no reservation that waits for them. */
        set_device_units(values, VALUE_MOUNT_DEVICES, layout->domain,
                         type == PAGE_NORMAL && domain_normal_is_near(layout->domain));
        values_set(values, VALUE_FILE_SYSTEM, file_system);
        values_set_text(values, VALUE_OPTIONS, options);
        values_set_text(values, VALUE_WHERE, layout->path[type]);
        r = unit_file_write(output, layout->unit[type], unit_text_mount, values);
        return r < 0 || !layout->place_unit[type] ? r : place_write_unit(output, values, layout, type);
}

static int write_type(const struct output *output, struct values *values,
                      const struct mount_layout *layout, const struct size_order *order,
                      enum page_type type)
{
        bool reserves = mount_layout_reserves(layout, type);
        int r = 0;

        values_set(values, VALUE_TYPE, page_type_name(type));
        set_reservation(values, VALUE_RESERVATION, layout, type);
        size_order_set(order, domain_page_size(layout->domain, type), values);
        set_reservations(values, VALUE_LARGER, layout, type);
        set_pages(values, layout, type);
        set_pool(values, layout, type);
        set_devices(values, layout->domain, type);

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS && reserves && r >= 0; unit++) {
                _cleanup_free_ char *name = NULL;

                if (!domain_unit_has_role(unit, UNIT_OF_TYPE) ||
                    (unit == DOMAIN_REPAIR && !layout->domain->repair))
                        continue;
                name = domain_unit_name_of_type(unit, layout->domain->name, type);
                r = unit_file_write_dropin(output, name, unit_text_of_domain(unit), values);
        }
        return r < 0 ? r : write_mount(output, values, layout, type);
}

/* Writes the drop-in of the domain's UNIT with TEXT, if it needs one. */
static int write_unit(const struct output *output, const struct values *values,
                      const struct domain *domain, enum domain_unit unit, const char *text)
{
        _cleanup_free_ char *name = NULL;

        if (!text)
                return 0;
        name = domain_unit_name(unit, domain->name);
        return unit_file_write_dropin(output, name, text, values);
}

int domain_write_units(const struct output *output, const struct config *config,
                       const struct size_order *order, const struct mount_layout *layout)
{
        _cleanup_values_ struct values values = VALUES_INIT;
        int r = 0;

        set_domain_values(&values, layout);
        set_reservations(&values, VALUE_RESERVATIONS, layout, PAGE_NORMAL);
        if (config->policy.defrag == DEFRAG_ALWAYS)
                values_set(&values, VALUE_BEFOREHAND, UNIT_DEFRAG);
        set_policy(&values, config, layout->domain);
        set_phase(&values, layout->domain);

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS && r >= 0; unit++)
                if (!domain_unit_has_role(unit, UNIT_OF_TYPE) &&
                    (unit != DOMAIN_TARGET || values_get(&values, VALUE_LATE_TARGET)))
                        r = write_unit(output, &values, layout->domain, unit,
                                       unit_text_of_domain(unit));
        for (enum page_type type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                r = write_type(output, &values, layout, order, type);
        return r;
}

int domain_write_error(const struct output *output, const struct domain *domain)
{
        _cleanup_free_ char *message = text_to_line(domain->error);
        _cleanup_values_ struct values values = VALUES_INIT;
        int r = 0;

        if (!message)
                return log_oom();

        values_set(&values, VALUE_DOMAIN, domain->name);
        values_set_text(&values, VALUE_SOURCE, domain->where.file);
        values_set_text(&values, VALUE_ERROR, message);
        values_set_argument(&values, VALUE_ERROR_ARGUMENT, "error", message);
        set_phase(&values, domain);

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS && r >= 0; unit++)
                r = write_unit(output, &values, domain, unit, unit_text_of_error(unit));
        return r;
}
