/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/ledger-text.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"

/* Takes one line of a record; -EBADMSG: not understood. */
typedef int (*line_parser_t)(char *line, void *record);

static int parse_lines(char *text, const char *name, line_parser_t parse, void *record)
{
        unsigned number = 1;
        char *end;

        for (char *line = text; (end = strchr(line, '\n')); line = end + 1, number++) {
                int r;

                *end = '\0';
                if (strcmp(line, "end") == 0 && end[1] == '\0')
                        return 0;
                r = parse(line, record);
                if (r == -EBADMSG)
                        return log_error_errno(
                                r,
                                "/run/fd-shmem/%s:%u: '%s' is not understood; the "
                                "record is left as it is, and so is what it accounts "
                                "for; correct it, or remove it and reboot",
                                name, number, line);
                if (r < 0)
                        return log_error_errno(r, "/run/fd-shmem/%s: %m", name);
        }

        return log_error_errno(
                EBADMSG,
                "/run/fd-shmem/%s:%u: the record is cut off: no line 'end'; it is "
                "left as it is, and so is what it accounts for; correct it, or remove "
                "it and reboot",
                name, number);
}

/* If LINE is "KEY=value", returns the value. */
static char *value_of(char *line, const char *key)
{
        size_t length = strlen(key);

        return strncmp(line, key, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

static int parse_bool(const char *value, bool *ret)
{
        if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
                return -EBADMSG;

        *ret = strcmp(value, "yes") == 0;
        return 0;
}

/* "KEY=NUMBER", then a space or the end; moves *P behind it. */
static int parse_number(const char **p, const char *key, uint64_t *ret)
{
        size_t length = strlen(key);
        char *end;

        if (strncmp(*p, key, length) != 0 || (*p)[length] < '0' || (*p)[length] > '9')
                return -EBADMSG;
        errno = 0;
        *ret = strtoull(*p + length, &end, 10);
        if (errno != 0 || (*end != ' ' && *end != '\0'))
                return -EBADMSG;

        *p = *end ? end + 1 : end;
        return 0;
}

static int parse_node(const char *p, struct ledger_node *ret)
{
        struct ledger_node node = {};
        uint64_t number;

        if (parse_number(&p, "node=", &number) < 0 || number > INT_MAX ||
            parse_number(&p, "asked=", &node.asked) < 0 ||
            parse_number(&p, "adopted=", &node.adopted) < 0 ||
            parse_number(&p, "added=", &node.added) < 0)
                return -EBADMSG;
        if (*p) {
                node.pending = true;
                if (parse_number(&p, "before=", &node.before) < 0 ||
                    parse_number(&p, "target=", &node.target) < 0 || *p)
                        return -EBADMSG;
        }
        /* Sums over all domains must not overflow. */
        if ((node.asked | node.adopted | node.added | node.before | node.target) >> 48)
                return -EBADMSG;

        node.node = (unsigned) number;
        *ret = node;
        return 0;
}

static int parse_reservation_line(char *line, void *record)
{
        struct ledger_reservation *reservation = record;
        struct ledger_node node, *bigger;
        const char *value;
        int r;

        value = value_of(line, "release");
        if (value)
                return parse_bool(value, &reservation->release);

        r = parse_node(line, &node);
        if (r < 0)
                return r;
        if (reservation->n_nodes > 0 &&
            reservation->nodes[reservation->n_nodes - 1].node >= node.node)
                return -EBADMSG;

        bigger = reallocarray(reservation->nodes, reservation->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return -ENOMEM;
        reservation->nodes = bigger;
        reservation->nodes[reservation->n_nodes++] = node;
        return 0;
}

int ledger_parse_reservation(char *text, const char *name, const char *domain, enum page_type type,
                             struct ledger_reservation *ret)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {
                .domain = strdup(domain),
                .type = type,
                .release = true,
        };
        int r;

        if (!reservation.domain)
                return log_oom();
        r = parse_lines(text, name, parse_reservation_line, &reservation);
        if (r < 0)
                return r;

        *ret = reservation;
        reservation = (struct ledger_reservation){};
        return 0;
}

/* Closing the stream F sets *TEXT for the last time. */
static int finish(FILE **f, char **text, char **ret)
{
        if (fclose(TAKE_PTR(*f)) != 0)
                return -ENOMEM;

        *ret = TAKE_PTR(*text);
        return 0;
}

int ledger_format_reservation(const struct ledger_reservation *reservation, char **ret)
{
        _cleanup_free_ char *text = NULL;
        _cleanup_fclose_ FILE *f = NULL;
        size_t size;

        f = open_memstream(&text, &size);
        if (!f)
                return -ENOMEM;

        fprintf(f, "release=%s\n", reservation->release ? "yes" : "no");
        for (size_t i = 0; i < reservation->n_nodes; i++) {
                const struct ledger_node *node = &reservation->nodes[i];

                fprintf(f, "node=%u asked=%" PRIu64 " adopted=%" PRIu64 " added=%" PRIu64,
                        node->node, node->asked, node->adopted, node->added);
                if (node->pending)
                        fprintf(f, " before=%" PRIu64 " target=%" PRIu64, node->before,
                                node->target);
                fputc('\n', f);
        }
        fputs("end\n", f);

        return finish(&f, &text, ret);
}

/* A path stands on one line: a newline in it is written "\n", a backslash "\\". */
static void write_path(FILE *f, const char *key, const char *path)
{
        fprintf(f, "%s=", key);
        for (const char *p = path; *p; p++) {
                if (*p == '\\' || *p == '\n')
                        fputc('\\', f);
                fputc(*p == '\n' ? 'n' : *p, f);
        }
        fputc('\n', f);
}

static int parse_path(const char *value, char **ret)
{
        _cleanup_free_ char *path = malloc(strlen(value) + 1);
        size_t n = 0;

        if (!path)
                return -ENOMEM;
        if (value[0] != '/')
                return -EBADMSG;

        for (const char *p = value; *p; p++) {
                bool escaped = *p == '\\';

                if (escaped && *++p != '\\' && *p != 'n')
                        return -EBADMSG;
                path[n++] = escaped && *p == 'n' ? '\n' : *p;
        }
        path[n] = '\0';

        free(*ret);
        *ret = TAKE_PTR(path);
        return 0;
}

int ledger_format_domain(const struct ledger_domain *domain, char **ret)
{
        _cleanup_free_ char *text = NULL;
        _cleanup_fclose_ FILE *f = NULL;
        size_t size;

        f = open_memstream(&text, &size);
        if (!f)
                return -ENOMEM;

        write_path(f, "path", domain->path);
        fprintf(f, "base-made=%s\n", domain->base_made ? "yes" : "no");
        fprintf(f, "base-owner=%ju:%ju\n", (uintmax_t) domain->base_uid,
                (uintmax_t) domain->base_gid);
        fprintf(f, "base-mode=%04o\n", (unsigned) domain->base_mode);
        for (char **parent = domain->parents_made; parent && *parent; parent++)
                write_path(f, "parent-made", *parent);
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type])
                        fprintf(f, "mount=%s\n", page_type_name(type));
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (domain->detached[type])
                        fprintf(f, "detached=%s:%ju\n", page_type_name(type),
                                (uintmax_t) domain->detached[type]);
        fputs("end\n", f);

        return finish(&f, &text, ret);
}

static int append_parent(struct ledger_domain *domain, const char *value)
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
        return parse_path(value, &bigger[n]);
}

static int parse_owner(const char *value, struct ledger_domain *domain)
{
        unsigned uid, gid;
        int n = 0;

        if (sscanf(value, "%u:%u%n", &uid, &gid, &n) != 2 || value[n])
                return -EBADMSG;

        domain->base_uid = uid;
        domain->base_gid = gid;
        return 0;
}

/* "huge:41" */
static int parse_detached(const char *value, struct ledger_domain *domain)
{
        char name[16];
        uintmax_t device;
        int type, n = 0;

        if (sscanf(value, "%15[a-z]:%ju%n", name, &device, &n) != 2 || value[n])
                return -EBADMSG;
        type = page_type_from_name(name);
        if (type < 0)
                return -EBADMSG;

        domain->detached[type] = device;
        return 0;
}

static int parse_domain_line(char *line, void *record)
{
        struct ledger_domain *domain = record;
        const char *value;
        int type, n = 0;

        if ((value = value_of(line, "path")))
                return parse_path(value, &domain->path);
        if ((value = value_of(line, "base-made")))
                return parse_bool(value, &domain->base_made);
        if ((value = value_of(line, "base-owner")))
                return parse_owner(value, domain);
        if ((value = value_of(line, "base-mode"))) {
                unsigned mode;

                if (sscanf(value, "%4o%n", &mode, &n) != 1 || value[n])
                        return -EBADMSG;
                domain->base_mode = mode;
                return 0;
        }
        if ((value = value_of(line, "parent-made")))
                return append_parent(domain, value);
        if ((value = value_of(line, "mount")) && (type = page_type_from_name(value)) >= 0) {
                domain->mount[type] = true;
                return 0;
        }
        if ((value = value_of(line, "detached")))
                return parse_detached(value, domain);

        return -EBADMSG;
}

int ledger_parse_domain(char *text, const char *name, const char *domain, struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain record = { .name = strdup(domain) };
        int r;

        if (!record.name)
                return log_oom();
        r = parse_lines(text, name, parse_domain_line, &record);
        if (r < 0)
                return r;
        if (!record.path)
                return log_error_errno(EBADMSG, "/run/fd-shmem/%s: the record has no line 'path='",
                                       name);

        *ret = record;
        record = (struct ledger_domain){};
        return 0;
}
