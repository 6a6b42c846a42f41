/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/keys/keys.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "conf/keys/model.h"
#include "conf/keys/values.h"

static const char *const shortage_names[] = {
        [SHORTAGE_FAIL] = "fail",
        [SHORTAGE_CONTINUE] = "continue",
        NULL,
};

static const char *const existing_names[] = {
        [EXISTING_ADOPT] = "adopt",
        [EXISTING_ADD] = "add",
        NULL,
};

static const char *const defrag_names[] = {
        [DEFRAG_AUTO] = "auto",
        [DEFRAG_ALWAYS] = "always",
        [DEFRAG_NEVER] = "never",
        NULL,
};

#define DOMAIN(member) offsetof(struct domain, member)
#define GLOBAL(member) offsetof(struct config, member)

#define STRING(x) #x
#define EXPAND(x) STRING(x)
#define KEY(n, ...)                      \
        {                                \
                .name = (n), __VA_ARGS__ \
        }

/* clang-format off */
static const struct key domain_keys[] = {
        KEY("Path", .type = &value_path, .offset = DOMAIN(declared_path), .fallback = "/mnt/.fd",
            .of_mounts = true,
            .help = "Absolute path of the base directory. The mounts are _.normal_, _.huge_ and _.gigantic_ "
                    "in it."),
        KEY("User", .type = &value_owner, .offset = DOMAIN(user), .fallback = "root", .of_mounts = true,
            .help = "Owner of the base directory and of the root of each mount, by name or number."),
        KEY("Group", .type = &value_owner, .offset = DOMAIN(group), .of_mounts = true,
            .unset = "the user's login group", .example = "root",
            .help = "Their group, by name or number."),
        KEY("Mode", .type = &value_mode, .offset = DOMAIN(mode), .fallback = "0700", .of_mounts = true,
            .help = "Their mode, in octal."),
        KEY("Gigantic", .type = &value_request, .offset = DOMAIN(request[PAGE_GIGANTIC]),
            .page_type = PAGE_GIGANTIC, .fallback = "yes",
            .help = "Gigantic pages to reserve, in one of the forms of *REQUESTS*."),
        KEY("Huge", .type = &value_request, .offset = DOMAIN(request[PAGE_HUGE]),
            .page_type = PAGE_HUGE, .fallback = "yes",
            .help = "Huge pages to reserve, in one of the forms of *REQUESTS*."),
        KEY("GiganticSize", .type = &value_page_size, .offset = DOMAIN(size[PAGE_GIGANTIC]),
            .page_type = PAGE_GIGANTIC, .option = "gigantic-size",
            .unset = "the machine's own, see *PAGE SIZES*", .example = "1G",
            .help = "The size of a gigantic page of the domain, where the machine has more than one."),
        KEY("HugeSize", .type = &value_page_size, .offset = DOMAIN(size[PAGE_HUGE]),
            .page_type = PAGE_HUGE, .option = "huge-size",
            .unset = "the machine's own, see *PAGE SIZES*", .example = "2M",
            .help = "The size of a huge page of the domain; smaller than that of a gigantic one."),
        KEY("Devices", .type = &value_devices, .offset = DOMAIN(policy.devices), .unset = "none",
            .example = "", .option = "devices",
            .help = "Devices, separated by blanks, on whose nodes *near:* and *device:* reserve pages: "
                    "_pci:0000:3b:00.0_, _pci:15b3:1017_, _net:eth2_, _block:nvme0n1_. With a "
                    "leading *?* it may be absent."),
        KEY("Normal", .type = &value_normal, .fallback = "yes", .of_mounts = true,
            .help = "Mount of normal pages: *yes*, *no*, or its size (*4G*, *25%*); with *@NODES* of memory "
                    "of these nodes alone (*4G@1*, *yes@0,2-3*)."),
        KEY("NormalPath", .type = &value_path, .offset = DOMAIN(declared_place[PAGE_NORMAL]), .of_mounts = true,
            .unset = "none", .example = "",
            .help = "Another place of the mount of normal pages, for programs that have its path compiled in."),
        KEY("HugePath", .type = &value_path, .offset = DOMAIN(declared_place[PAGE_HUGE]), .of_mounts = true,
            .unset = "none", .example = "",
            .help = "Another place of the mount of huge pages, for programs that have its path compiled in."),
        KEY("GiganticPath", .type = &value_path, .offset = DOMAIN(declared_place[PAGE_GIGANTIC]), .of_mounts = true,
            .unset = "none", .example = "",
            .help = "Another place of the mount of gigantic pages, for programs that have its path compiled in."),
        KEY("Mounts", .type = &value_boolean, .offset = DOMAIN(mounts), .fallback = "yes",
            .help = "Whether there are a base directory and mounts. *no*: only pages are reserved, for programs "
                    "that use huge pages without a file (anonymous, memfd or SysV)."),
        KEY("MinSize", .type = &value_claims, .offset = DOMAIN(claim), .fallback = "yes", .of_mounts = true,
            .help = "How many of the domain's pages the mounts claim (_min_size=_ of hugetlbfs), so that "
                    "programs without a mount cannot take them: *yes* (all), *no*, or a part, also by page "
                    "type (*huge:75%*, *huge:512,gigantic:no*). See *PROGRAMS AND THEIR PAGES*."),
        KEY("Shortage", .type = &value_name, .offset = DOMAIN(policy.shortage), .names = shortage_names,
            .fallback = "fail", .option = "shortage",
            .help = "When pages are missing: *fail* (release what was added, mount nothing) or *continue* "
                    "(claim the pages that there are, and warn)."),
        KEY("ExistingPages", .type = &value_name, .offset = DOMAIN(policy.existing),
            .names = existing_names, .fallback = "adopt", .option = "existing",
            .help = "Pages that are already in the pool, for example from the kernel command line: *adopt* "
                    "(count them) or *add* (leave them to others)."),
        KEY("Release", .type = &value_boolean, .offset = DOMAIN(policy.release), .fallback = "yes",
            .option = "release",
            .help = "Whether a stop releases the pages that were added, or leaves them for the next start."),
        KEY("Repair", .type = &value_boolean, .offset = DOMAIN(repair), .fallback = "no",
            .help = "With *Watch=*: whether pages that somebody else takes out of the pools are put back."),
        KEY("Options", .type = &value_options, .offset = DOMAIN(options), .unset = "none", .example = "",
            .of_mounts = true,
            .help = "Further options of all mounts, separated by commas; those that both tmpfs and hugetlbfs "
                    "take."),
        KEY("NormalOptions", .type = &value_type_options, .offset = DOMAIN(type_options[PAGE_NORMAL]),
            .page_type = PAGE_NORMAL, .unset = "none", .example = "", .of_mounts = true,
            .help = "Options of the mount of normal pages in addition, those of tmpfs: *huge=within_size*."),
        KEY("HugeOptions", .type = &value_type_options, .offset = DOMAIN(type_options[PAGE_HUGE]),
            .page_type = PAGE_HUGE, .unset = "none", .example = "", .of_mounts = true,
            .help = "Options of the mount of huge pages in addition, those of hugetlbfs: *size=4G*."),
        KEY("GiganticOptions", .type = &value_type_options, .offset = DOMAIN(type_options[PAGE_GIGANTIC]),
            .page_type = PAGE_GIGANTIC, .unset = "none", .example = "", .of_mounts = true,
            .help = "The same of the mount of gigantic pages."),
        KEY("Boot", .type = &value_boot, .offset = DOMAIN(boot), .fallback = "yes",
            .help = "Whether the domain is started at boot: *yes* (before _sysinit.target_), *late* (later, "
                    "and only units that require it wait for it) or *no*."),
        KEY("Condition...", .type = &value_conditions, .offset = DOMAIN(conditions), .is_family = true,
            .unset = "none", .example = "ConditionMemory=",
            .help = "What must be so for the domain to be started: *ConditionMemory=>=64G*, *ConditionHost=*, "
                    "*ConditionKernelCommandLine=* and most others of *systemd.unit*(5)."),
        KEY("RequiredBy", .type = &value_units, .offset = DOMAIN(required_by), .unset = "none", .example = "",
            .help = "Units, separated by blanks, that start after the domain is up, and not without it."),
};

static const struct key global_keys[] = {
        KEY("Defrag", .type = &value_name, .offset = GLOBAL(policy.defrag), .names = defrag_names,
            .fallback = "auto", .option = "defrag",
            .help = "When to make room in memory: *auto* (if pages are missing), *always* (compact memory "
                    "beforehand, too) or *never* (only write to the pools)."),
        KEY("Headroom", .type = &value_headroom, .offset = GLOBAL(policy), .option = "headroom",
            .unset = EXPAND(HEADROOM_BASE_MIB) " MiB and a " EXPAND(HEADROOM_PART) "th of the node, at most "
                     EXPAND(HEADROOM_MAX_GIB) " GiB",
            .example = "1G",
            .help = "Memory of each node that a reservation must leave, as a size or a percentage, the "
                    "latter also with a ceiling (*5%<4G*)."),
        KEY("Watch", .type = &value_watch, .offset = GLOBAL(watch_usec), .fallback = "no",
            .help = "How often to check whether the domains are still as they were made, and to log what "
                    "is not: *no*, or a span of time (*30s*, *5min*)."),
};
/* clang-format on */

_Static_assert(ELEMENTSOF(domain_keys) <= KEYS_MAX && ELEMENTSOF(global_keys) <= KEYS_MAX,
               "KEYS_MAX is too small");

const struct key *keys_of(enum section_kind kind, size_t *ret_n)
{
        if (kind == SECTION_GLOBAL) {
                *ret_n = ELEMENTSOF(global_keys);
                return global_keys;
        }
        *ret_n = ELEMENTSOF(domain_keys);
        return domain_keys;
}

/* "Condition" of "Condition...". */
static size_t family_length(const struct key *key)
{
        return strlen(key->name) - strlen("...");
}

const char *key_family_word(const struct key *key, const char *name)
{
        return name + family_length(key);
}

static bool has_name(const struct key *key, const char *name)
{
        return key->is_family ? strncmp(key->name, name, family_length(key)) == 0
                              : strcmp(key->name, name) == 0;
}

int keys_find(enum section_kind kind, const char *name)
{
        size_t n;
        const struct key *keys = keys_of(kind, &n);

        for (size_t i = 0; i < n; i++)
                if (has_name(&keys[i], name))
                        return (int) i;

        return -ENOENT;
}

const char *keys_nearest(enum section_kind kind, const char *name)
{
        struct nearest nearest = NEAREST_TO(name);
        size_t n;
        const struct key *keys = keys_of(kind, &n);

        for (size_t i = 0; i < n; i++)
                if (!keys[i].is_family)
                        nearest_consider(&nearest, keys[i].name);
        for (size_t i = 0; kind == SECTION_DOMAIN && value_condition_name(i); i++)
                nearest_consider(&nearest, value_condition_name(i));

        return nearest.word;
}

const struct key *keys_option(size_t i, enum section_kind *ret_kind)
{
        for (enum section_kind kind = 0; kind < N_SECTION_KINDS; kind++) {
                size_t n;
                const struct key *keys = keys_of(kind, &n);

                for (size_t k = 0; k < n; k++)
                        if (keys[k].option && i-- == 0) {
                                *ret_kind = kind;
                                return &keys[k];
                        }
        }
        return NULL;
}

int key_set(const struct key *key, void *object, const char *text, char **ret_reason)
{
        return key->type->parse(key, text, (char *) object + key->offset, ret_reason);
}

int key_format(const struct key *key, const void *object, char **ret)
{
        return key->type->format(key, (const char *) object + key->offset, ret);
}

int key_reset(const struct key *key, void *object)
{
        _cleanup_free_ char *reason = NULL;
        const char *text = key->fallback;

        if (!text) {
                key->type->unset((char *) object + key->offset);
                return 0;
        }
        if (key->type == &value_request && page_type_size(key->page_type) == 0)
                text = "no"; /* nothing to mount on this architecture */

        return key_set(key, object, text, &reason);
}
