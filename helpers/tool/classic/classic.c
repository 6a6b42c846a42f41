/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/classic.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "basic/path-trust.h"
#include "basic/string-list.h"
#include "basic/words/unit-name.h"
#include "conf/keys/path.h"

/* "_", the name, and the longest affixes that the ledger adds ("lock-domain-", ":gigantic") must be a
 * file name. */
#define NAME_LENGTH_MAX (NAME_MAX - sizeof("lock-domain-_:gigantic"))

/* "missing/.." names nothing to the kernel. */
static int check_parents(const char *path)
{
        for (const char *up = strstr(path, "/.."); up; up = strstr(up + 1, "/..")) {
                _cleanup_free_ char *below = strndup(path, (size_t) (up - path));

                if (!below)
                        return log_oom();
                if ((up[3] == '/' || up[3] == '\0') && *below && access(below, F_OK) < 0 && errno == ENOENT)
                        return log_error_errno(errno,
                                               "path %s/..: leads through a directory that does not "
                                               "exist",
                                               below);
        }
        return 0;
}

/* Refuses a PATH that a user other than root could redirect, for instance with a symbolic link. */
static int chase(const char *path, char **ret)
{
        _cleanup_path_hazard_ struct path_hazard hazard = {};
        _cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        _cleanup_free_ char *description = NULL;
        struct path_root look;
        int r;

        r = root < 0 ? -errno : path_root_look(root, &look);
        if (r >= 0)
                r = path_chase(&look, path, &hazard, ret);
        if (r == -ENOLINK && path_hazard_describe(&hazard, &description) >= 0)
                return log_error_errno(r,
                                       "path %s: is not a safe place for a domain: %s: use a path "
                                       "through directories that belong to root and that nobody "
                                       "else can write",
                                       path, description);
        return r < 0 ? log_error_errno(r, "path %s: cannot be used: %m", path) : 0;
}

int classic_canonical_path(const char *path, char **ret)
{
        int r;

        if (path[0] != '/')
                return log_error_errno(EINVAL,
                                       "FD_SHMEM_PATH=%s is not an absolute path: it would be "
                                       "another domain in every directory",
                                       path);
        r = check_parents(path);
        return r < 0 ? r : chase(path, ret);
}

int classic_domain_name(const char *path, char **ret)
{
        _cleanup_free_ char *escaped = NULL;
        int r;

        r = unit_name_from_path(path, "", &escaped);
        if (r >= 0 && strlen(escaped) + 1 > NAME_LENGTH_MAX)
                r = -ENAMETOOLONG;
        if (r < 0)
                return log_error_errno(r, "path %s: too long: %m", path);

        if (asprintf(ret, "_%s", escaped) < 0)
                return log_oom();
        return 0;
}

/* Called once a second, to show why nothing happens. */
static int say_waiting(const struct ledger_wait *wait, void *userdata)
{
        if (wait->seconds > 0 && wait->seconds % 10 == 0)
                log_notice("%s: still waiting for %s", (const char *) userdata, wait->holder);
        return 0;
}

int classic_lock_pools(const struct tool *tool, enum page_type type)
{
        char pool[32];

        snprintf(pool, sizeof(pool), "%s pages", page_type_name(type));
        return ledger_lock(&tool->machine, page_type_name(type), say_waiting, pool);
}

int classic_open(const struct tool *tool, struct classic *ret)
{
        _cleanup_classic_ struct classic classic = CLASSIC_NULL;
        int r;

        classic.machine = &tool->machine;
        r = classic_canonical_path(tool->path, &classic.path);
        if (r < 0)
                return r;
        if (strcmp(classic.path, "/") == 0)
                return log_error_errno(EINVAL, "path /: cannot be a domain");
        r = classic_domain_name(classic.path, &classic.name);
        if (r < 0)
                return r;

        classic.lock = ledger_lock_domain(&tool->machine, classic.name, say_waiting, classic.path);
        if (classic.lock < 0)
                return classic.lock;

        *ret = classic;
        classic = (struct classic) CLASSIC_NULL;
        return 0;
}

void classic_close(struct classic *classic)
{
        if (classic->lock >= 0)
                ledger_discard_lock_domain(classic->machine, classic->name);
        free(classic->path);
        free(classic->name);
        closep(&classic->lock);
        *classic = (struct classic) CLASSIC_NULL;
}

enum path_relation classic_relate(const char *a, const char *b)
{
        size_t length_a = strlen(a), length_b = strlen(b);
        size_t shorter = length_a < length_b ? length_a : length_b;

        if (strncmp(a, b, shorter) != 0)
                return PATHS_APART;
        if (length_a == length_b)
                return PATHS_EQUAL;
        if (length_a > length_b)
                return a[length_b] == '/' ? PATH_INSIDE : PATHS_APART;
        return b[length_a] == '/' ? PATH_AROUND : PATHS_APART;
}

int classic_describe(const struct ledger_domain *domain, char **ret)
{
        int r;

        if (domain->name[0] == '_')
                r = asprintf(ret,
                             "made by 'init' at %s: remove it by FD_SHMEM_PATH=%s fd-shmem "
                             "fini",
                             domain->path, domain->path);
        else
                r = asprintf(ret,
                             "managed by fd-shmem@%s.target: systemctl stop fd-shmem@%s.target",
                             domain->name, domain->name);
        return r < 0 ? log_oom() : 0;
}

/* The record of NAME if that is another domain's, at PATH; -ENOENT: it is not. */
static int load_other(const struct tool *tool, const struct classic *classic, const char *name,
                      struct ledger_domain *ret)
{
        _cleanup_ledger_domain_ struct ledger_domain other = {};
        int r;

        if (strcmp(name, classic->name) == 0)
                return -ENOENT;
        r = ledger_load_domain(&tool->machine, name, &other);
        if (r < 0)
                return r;
        if (strcmp(other.path, classic->path) != 0)
                return -ENOENT;

        *ret = other;
        other = (struct ledger_domain){};
        return 0;
}

int classic_find_declared(const struct tool *tool, const struct classic *classic,
                          struct ledger_domain *ret)
{
        _cleanup_strings_ char **names = NULL;
        int r;

        r = ledger_list_domains(tool->machine.state, &names);
        if (r < 0)
                return r;

        r = -ENOENT;
        for (char **name = names; *name && r == -ENOENT; name++)
                r = load_other(tool, classic, *name, ret);
        return r;
}

static int check_other(const struct tool *tool, const struct classic *classic, const char *name,
                       bool only_equal)
{
        static const char *const words[] = {
                [PATHS_EQUAL] = "is",
                [PATH_INSIDE] = "lies in a domain that is",
                [PATH_AROUND] = "lies around a domain that is",
        };
        _cleanup_ledger_domain_ struct ledger_domain other = {};
        _cleanup_free_ char *description = NULL;
        enum path_relation relation;
        int r;

        if (strcmp(name, classic->name) == 0)
                return 0;
        r = ledger_load_domain(&tool->machine, name, &other);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        relation = classic_relate(classic->path, other.path);
        if (relation == PATHS_APART || (only_equal && relation != PATHS_EQUAL))
                return 0;
        r = classic_describe(&other, &description);
        if (r < 0)
                return r;
        return log_error_errno(EBUSY, "path %s %s %s", classic->path, words[relation], description);
}

int classic_check_others(const struct tool *tool, const struct classic *classic, bool only_equal)
{
        _cleanup_strings_ char **names = NULL;
        int r;

        r = ledger_list_domains(tool->machine.state, &names);
        if (r < 0)
                return r;

        r = 0;
        for (char **name = names; *name && r == 0; name++)
                r = check_other(tool, classic, *name, only_equal);
        return r;
}
