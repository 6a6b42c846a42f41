/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/ledger-text.h"
#include "helpers/modules/ledger/record-text.h"

/* One row per key: WRITE writes its lines, or none if there is no value; PARSE takes the value of one
 * line, and returns -EBADMSG if it is invalid. Every key may be absent, but for the path of a domain with
 * mounts. */
struct domain_key {
        const char *name;
        void (*write)(FILE *f, const char *key, const struct ledger_domain *domain);
        int (*parse)(char *value, struct ledger_domain *domain);
        bool of_pages; /* written for a domain without mounts */
};

static void write_path(FILE *f, const char *key, const struct ledger_domain *domain)
{
        record_write_path(f, key, domain->path);
}

static int parse_path(char *value, struct ledger_domain *domain)
{
        return record_parse_path(value, &domain->path);
}

/* "mounts=no", of a domain that has no path. */
static void write_no_mounts(FILE *f, const char *key, const struct ledger_domain *domain)
{
        if (!domain->path)
                fprintf(f, "%s=no\n", key);
}

static int parse_no_mounts(char *value, struct ledger_domain *domain)
{
        if (strcmp(value, "no") != 0)
                return -EBADMSG;
        domain->no_mounts = true;
        return 0;
}

/* "1234:1700000000.000000001" */
static void write_identity(FILE *f, const char *key, const struct ledger_domain *domain)
{
        const struct ledger_identity *id = &domain->base_id;

        if (id->known)
                fprintf(f, "%s=%" PRIu64 ":%" PRId64 ".%09" PRIu32 "\n", key, id->inode, id->birth,
                        id->birth_nsec);
}

static int parse_identity(char *value, struct ledger_domain *domain)
{
        struct ledger_identity id = { .known = true };
        char *birth = record_split(value), *fraction = birth ? strchr(birth, '.') : NULL;
        uint64_t seconds, nsec;

        if (!fraction)
                return -EBADMSG;
        *fraction++ = '\0';
        if (record_parse_u64(value, UINT64_MAX, &id.inode) < 0 ||
            record_parse_u64(birth, INT64_MAX, &seconds) < 0 ||
            record_parse_u64(fraction, 999999999, &nsec) < 0)
                return -EBADMSG;

        id.birth = (int64_t) seconds;
        id.birth_nsec = (uint32_t) nsec;
        domain->base_id = id;
        return 0;
}

static void write_made(FILE *f, const char *key, const struct ledger_domain *domain)
{
        fprintf(f, "%s=%s\n", key, domain->base_made ? "yes" : "no");
}

static int parse_made(char *value, struct ledger_domain *domain)
{
        return record_parse_bool(value, &domain->base_made);
}

static void write_owner(FILE *f, const char *key, const struct ledger_domain *domain)
{
        fprintf(f, "%s=%ju:%ju\n", key, (uintmax_t) domain->base_uid, (uintmax_t) domain->base_gid);
}

static int parse_owner(char *value, struct ledger_domain *domain)
{
        const char *group = record_split(value);
        uint64_t uid, gid;

        if (!group || record_parse_u64(value, UINT32_MAX, &uid) < 0 ||
            record_parse_u64(group, UINT32_MAX, &gid) < 0)
                return -EBADMSG;

        domain->base_uid = (uid_t) uid;
        domain->base_gid = (gid_t) gid;
        return 0;
}

static void write_mode(FILE *f, const char *key, const struct ledger_domain *domain)
{
        fprintf(f, "%s=%04o\n", key, (unsigned) domain->base_mode);
}

static int parse_mode(char *value, struct ledger_domain *domain)
{
        return record_parse_mode(value, &domain->base_mode);
}

static void write_parents(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for (char **parent = domain->parents_made; parent && *parent; parent++)
                record_write_path(f, key, *parent);
}

static int append_parent(char *value, struct ledger_domain *domain)
{
        size_t n = 0;
        char **bigger;

        while (domain->parents_made && domain->parents_made[n])
                n++;
        bigger = reallocarray(domain->parents_made, n + 2, sizeof(char *));
        if (!bigger)
                return -ENOMEM;

        domain->parents_made = bigger;
        bigger[n] = bigger[n + 1] = NULL;
        return record_parse_path(value, &bigger[n]);
}

static void write_mounts(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type])
                        fprintf(f, "%s=%s\n", key, page_type_name(type));
}

static int parse_mount(char *value, struct ledger_domain *domain)
{
        int type = page_type_from_name(value);

        if (type < 0)
                return -EBADMSG;
        domain->mount[type] = true;
        return 0;
}

static void write_sizes(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for_each_pool_type(type)
                if (!page_size_equal(ledger_domain_page_size(domain, type),
                                     page_size_default(type)))
                        fprintf(f, "%s=%s:%s\n", key, page_type_name(type),
                                page_size_text(domain->size[type]));
}

/* "huge:32M" */
static int parse_size(char *value, struct ledger_domain *domain)
{
        const char *size = record_split(value);
        int type = page_type_from_name(value);

        if (!size || type < 0 || page_size_parse(size, &domain->size[type]) < 0)
                return -EBADMSG;
        return 0;
}

/* "huge:/mnt/huge" */
static void write_places(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->place[type]) {
                        fprintf(f, "%s=%s:", key, page_type_name(type));
                        record_end_with_path(f, domain->place[type]);
                }
}

static int parse_place(char *value, struct ledger_domain *domain)
{
        char *path = record_split(value);
        int type = page_type_from_name(value);

        if (!path || type < 0 || domain->place[type])
                return -EBADMSG;
        return record_parse_path(path, &domain->place[type]);
}

static void write_places_made(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->place_made[type])
                        fprintf(f, "%s=%s\n", key, page_type_name(type));
}

static int parse_place_made(char *value, struct ledger_domain *domain)
{
        int type = page_type_from_name(value);

        if (type < 0)
                return -EBADMSG;
        domain->place_made[type] = true;
        return 0;
}

static void write_mount_ids(FILE *f, const char *key, const struct ledger_domain *domain)
{
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount_id[type].mark || domain->mount_id[type].unique)
                        fprintf(f, "%s=%s:%" PRIu64 ":%" PRIu64 "\n", key, page_type_name(type),
                                domain->mount_id[type].mark, domain->mount_id[type].unique);
}

/* "huge:104076:2147485216" */
static int parse_mount_id(char *value, struct ledger_domain *domain)
{
        char *mark = record_split(value), *unique = mark ? record_split(mark) : NULL;
        int type = page_type_from_name(value);

        if (!unique || type < 0 ||
            record_parse_u64(mark, UINT64_MAX, &domain->mount_id[type].mark) < 0 ||
            record_parse_u64(unique, UINT64_MAX, &domain->mount_id[type].unique) < 0)
                return -EBADMSG;
        return 0;
}

/* Written until mounts had identities: "huge:41", the device number of one that lived on in another
 * namespace. Such a number may have been reused by now. */
static void write_nothing(FILE *f, const char *key, const struct ledger_domain *domain)
{
}

static int parse_detached(char *value, struct ledger_domain *domain)
{
        const char *number = record_split(value);
        uint64_t device;

        if (!number || page_type_from_name(value) < 0 ||
            record_parse_u64(number, UINT64_MAX, &device) < 0)
                return -EBADMSG;
        return 0;
}

static const struct domain_key keys[] = {
        { "path", write_path, parse_path },
        { "base-id", write_identity, parse_identity },
        { "base-made", write_made, parse_made },
        { "base-owner", write_owner, parse_owner },
        { "base-mode", write_mode, parse_mode },
        { "parent-made", write_parents, append_parent },
        { "mount", write_mounts, parse_mount },
        { "page-size", write_sizes, parse_size, true },
        { "place", write_places, parse_place },
        { "place-made", write_places_made, parse_place_made },
        { "mount-id", write_mount_ids, parse_mount_id },
        { "detached", write_nothing, parse_detached },
        { "mounts", write_no_mounts, parse_no_mounts, true },
};

static int parse_line(char *line, void *record)
{
        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                char *value = record_value(line, keys[i].name);

                if (value)
                        return keys[i].parse(value, record);
        }

        return -EBADMSG;
}

/* Mounts of an earlier boot are gone; directories on disk are not. */
void ledger_write_domain(FILE *f, const void *record)
{
        const struct ledger_domain *domain = record;

        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                if (domain->path || keys[i].of_pages)
                        keys[i].write(f, keys[i].name, domain);
}

int ledger_parse_domain(char *text, const char *name, const char *boot, const char *domain,
                        struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = { .name = strdup(domain) };
        struct record_head head;
        int r;

        if (!record.name)
                return log_oom();
        r = record_parse(text, name, boot, parse_line, &record, &head);
        if (r < 0)
                return r;
        if (!record.path != record.no_mounts)
                return log_error_errno(EBADMSG, "/run/fd-shmem/%s: the record has no line 'path=', or one beside 'mounts=no'",
                                       name);
        if (head.of_other_boot) {
                record.of_other_boot = true;
                memset(record.mount_id, 0, sizeof(record.mount_id));
        }

        *ret = record;
        record = (struct ledger_domain){};
        return 0;
}
