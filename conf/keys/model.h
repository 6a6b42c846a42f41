/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parsed configuration: domains and the global section, with every problem found and its place.
 * Independent of units and hardware. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "basic/words/mount-claim.h"
#include "basic/words/page-request.h"
#include "basic/words/page-size.h"
#include "basic/words/policy.h"
#include "conf/keys/file-stamp.h"

/* Where something was written: the file's path as the user knows it (without the root prefix). LINE
 * counts from 1; 0 is the file as a whole. */
struct location {
        char *file;
        unsigned line;
};

enum boot {
        BOOT_NO,
        BOOT_YES,  /* before sysinit.target */
        BOOT_LATE, /* at boot, but only the units that require the domain wait for it */
};

/* The nodes of the domain's devices. */
#define NORMAL_NEAR "near"

enum normal_scope { NORMAL_NONE, NORMAL_MOUNT, NORMAL_SIZE };

struct domain {
        char *name;
        struct location where; /* the first section header that named it */
        char *path;            /* canonical below the root: absolute, normalised, no links in it;
                                * for a bad domain possibly the text as written, but never NULL */
        char *declared_path;   /* as written */
        char *declared_place[N_PAGE_TYPES]; /* where a mount is in addition, as written; NULL: nowhere */
        char *place[N_PAGE_TYPES];          /* canonical, as the path */
        char *user;            /* name or number as written; default "root" */
        char *group;           /* name or number as written; NULL: the user's login group */
        mode_t mode;           /* 0000..07777 */
        struct page_request request[N_PAGE_TYPES]; /* huge and gigantic; [PAGE_NORMAL] is unused */
        struct page_size size[N_PAGE_TYPES];       /* as declared; 0: see domain_page_size() */
        enum normal_scope normal;
        struct amount normal_size; /* NORMAL_SIZE: bytes or percent */
        char *normal_nodes; /* "0,2-3", NORMAL_NEAR, or NULL: of any node */
        bool mounts; /* no: pages alone are reserved; the path is "" then */
        struct mount_claim claim[N_PAGE_TYPES]; /* of its pages, by the mounts */
        struct domain_policy policy;
        bool repair;
        char *options; /* further options of all mounts, or NULL */
        char *type_options[N_PAGE_TYPES]; /* and of the mount of one type */
        enum boot boot;
        char **conditions;  /* "Memory=>=64G", as systemd takes them; NULL-ended, or NULL */
        char **required_by; /* names of units, each once; NULL-ended, or NULL */
        /* The first error that concerns this domain, "FILE:LINE: message"; NULL if it is good. All
         * errors have been reported by then; a domain with an error must not be started. */
        char *error;
};

/* The size of the domain's pages of TYPE; 0: this architecture has none, and the domain declares none. */
static inline struct page_size domain_page_size(const struct domain *domain, enum page_type type)
{
        return domain->size[type].bytes > 0 ? domain->size[type] : page_size_default(type);
}

/* Whether the tmpfs has its memory on the nodes of the domain's devices. */
static inline bool domain_normal_is_near(const struct domain *domain)
{
        return domain->normal_nodes && strcmp(domain->normal_nodes, NORMAL_NEAR) == 0;
}

/* Whether pages are asked for where the domain's devices are. */
static inline bool domain_uses_devices(const struct domain *domain)
{
        for_each_pool_type(type)
                if (page_request_is_near(&domain->request[type]))
                        return true;
        return domain_normal_is_near(domain);
}

/* Whether the domain comes after those that are started before sysinit.target, and is ordered before
 * nothing but the units that require it: at boot with Boot=late, and on demand if units of the
 * configuration require it, one of which may be started at boot. So does a domain whose place depends on
 * a device that a driver makes: it may appear late, or never. */
static inline bool domain_is_late(const struct domain *domain)
{
        return domain->boot == BOOT_LATE || (domain->boot == BOOT_NO && domain->required_by) ||
               (domain_uses_devices(domain) && device_list_needs_driver(&domain->policy.devices));
}

/* What starts the domain at boot: fd-shmem.target, fd-shmem-late.target, or nothing. */
static inline enum boot domain_boot(const struct domain *domain)
{
        if (domain->boot == BOOT_NO)
                return BOOT_NO;
        return domain_is_late(domain) ? BOOT_LATE : BOOT_YES;
}

/* More are a mistake, for instance of a program that generates configuration; each domain needs
 * several units. */
#define CONFIG_DOMAINS_MAX 1000
#define CONFIG_TOO_MANY    "more than 1000 domains are declared, starting none of them"

struct config {
        struct domain *domains; /* in the order in which they were first named */
        size_t n_domains;
        struct machine_policy policy;
        uint64_t watch_usec;       /* 0: no checks */
        char **files;              /* every file that was read, in order; NULL-ended */
        struct file_stamp *stamps; /* of each */
};
