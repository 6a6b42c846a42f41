/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Units of RequiredBy= that no file makes. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/verify/verify.h"

/* systemd.unit(5), UNIT FILE LOAD PATH, without what generators write at boot. */
static const char *const directories[] = {
        "etc/systemd/system",     "run/systemd/system", "usr/local/lib/systemd/system",
        "usr/lib/systemd/system", "lib/systemd/system",
};

/* /lib may be a link, which would lead out of an image if it is absolute; then /usr/lib has it all. */
static bool is_read(int root, const char *directory)
{
        struct stat st;

        return strncmp(directory, "lib/", 4) != 0 ||
               (fstatat(root, "lib", &st, AT_SYMLINK_NOFOLLOW) >= 0 && S_ISDIR(st.st_mode));
}

static bool exists(int root, const char *directory, const char *name)
{
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s/%s", directory, name) < 0) {
                path = NULL;
                return true;
        }
        return is_read(root, directory) && faccessat(root, path, F_OK, AT_SYMLINK_NOFOLLOW) >= 0;
}

static bool has_file(int root, const char *name)
{
        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                if (exists(root, directories[i], name))
                        return true;
        return false;
}

/* Whether systemd of this root has units at all. */
static bool has_units(int root)
{
        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                if (exists(root, directories[i], "."))
                        return true;
        return false;
}

/* Mounts, devices, slices and scopes need no file. */
static bool needs_file(const char *unit)
{
        static const char *const suffixes[] = { ".service", ".socket", ".target", ".timer",
                                                ".path" };

        for (size_t i = 0; i < ELEMENTSOF(suffixes); i++)
                if (strcmp(strrchr(unit, '.'), suffixes[i]) == 0)
                        return true;
        return false;
}

/* A unit has a file of its name, an instance perhaps only that of its template; a service may be made from
 * a script of SysV init. */
static bool is_known(int root, const char *unit)
{
        _cleanup_free_ char *template = NULL, *script = NULL;
        const char *at = strchr(unit, '@'), *suffix = strrchr(unit, '.');

        if (!needs_file(unit) || has_file(root, unit))
                return true;
        if (at && asprintf(&template, "%.*s%s", (int) (at + 1 - unit), unit, suffix) < 0)
                template = NULL;
        if (asprintf(&script, "%.*s", (int) (suffix - unit), unit) < 0)
                script = NULL;
        return (template && has_file(root, template)) ||
               (script && strcmp(suffix, ".service") == 0 && exists(root, "etc/init.d", script));
}

void verify_consumers(int root, const struct config *config, config_report_t report, void *userdata)
{
        bool known = has_units(root);

        for (size_t i = 0; i < config->n_domains && known; i++) {
                const struct domain *domain = &config->domains[i];

                for (char **unit = domain->required_by; unit && *unit; unit++) {
                        _cleanup_free_ char *text = NULL;

                        if (is_known(root, *unit))
                                continue;
                        if (asprintf(&text, "[%s] RequiredBy=: there is no file of a unit %s",
                                     domain->name, *unit) < 0) {
                                text = NULL;
                                continue;
                        }
                        report(LOG_WARNING, domain->where.file, domain->where.line, text, userdata);
                }
        }
}
