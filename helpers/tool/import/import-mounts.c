/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounts of huge pages that are declared: lines of fstab(5), and units of systemd.mount(5). */

#include <ini.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/import/import-files.h"
#include "helpers/tool/import/import-model.h"

struct target {
        struct import *import;
        bool running;
};

/* Where the mount is running, the mount table has it. */
static int take(const struct target *target, const char *path, const char *options,
                const char *where)
{
        _cleanup_free_ char *old = NULL;
        int r;

        if (asprintf(&old, "%s: %s", where, path) < 0) {
                old = NULL;
                return log_oom();
        }
        r = strcmp(path, "/dev/hugepages") == 0 ? 0 : import_old(target->import, old);
        return r < 0 || target->running ? r : import_mount(target->import, path, options, old);
}

static int take_fstab_line(const char *where, char *line, void *userdata)
{
        const struct target *target = userdata;
        char buffer[4096];
        struct mntent entry;
        FILE *file;
        int r = 0;

        if (strlen(line) == 0 || strlen(line) >= sizeof(buffer))
                return 0;
        file = fmemopen(line, strlen(line), "re");
        if (!file)
                return log_oom();
        if (getmntent_r(file, &entry, buffer, sizeof(buffer)) &&
            strcmp(entry.mnt_type, "hugetlbfs") == 0)
                r = take(target, entry.mnt_dir, entry.mnt_opts, where);
        fclose(file);
        return r;
}

int import_from_fstab(int root, bool running, struct import *import)
{
        struct target target = { import, running };

        return import_each_line(root, "/etc/fstab", take_fstab_line, &target);
}

/* The [Mount] of one unit, gathered line by line. */
struct unit {
        struct target target;
        char *file;
        char *where, *type, *options;
};

static int set(char **member, const char *value)
{
        free(*member);
        *member = strdup(value);
        return *member ? 0 : log_oom();
}

static int unit_end(struct unit *unit)
{
        int r = 0;

        if (unit->file && unit->where && unit->type && strcmp(unit->type, "hugetlbfs") == 0)
                r = take(&unit->target, unit->where, unit->options ?: "", unit->file);
        free(unit->file);
        free(unit->where);
        free(unit->type);
        free(unit->options);
        unit->file = unit->where = unit->type = unit->options = NULL;
        return r;
}

static int take_assignment(void *userdata, const char *section, const char *name, const char *value)
{
        struct unit *unit = userdata;
        char **member = strcmp(name, "Where") == 0     ? &unit->where
                        : strcmp(name, "Type") == 0    ? &unit->type
                        : strcmp(name, "Options") == 0 ? &unit->options
                                                       : NULL;

        return !member || set(member, value) >= 0;
}

static int take_unit_line(const char *where, char *line, void *userdata)
{
        struct unit *unit = userdata;
        size_t length = strcspn(where, ":");
        int r = 0;

        if (!unit->file || strncmp(unit->file, where, length) != 0 || unit->file[length] != '\0') {
                r = unit_end(unit);
                unit->file = strndup(where, length);
                if (!unit->file)
                        return log_oom();
        }
        return r < 0 ? r : ini_parse_string(line, take_assignment, unit) < 0 ? -ENOMEM : 0;
}

int import_from_units(int root, bool running, struct import *import)
{
        static const char *const directories[] = { "/etc/systemd/system",
                                                   "/usr/lib/systemd/system" };
        struct unit unit = { .target = { import, running } };
        int r = 0, end;

        for (size_t i = 0; i < sizeof(directories) / sizeof(*directories) && r >= 0; i++)
                r = import_each_file(root, directories[i], ".mount", take_unit_line, &unit);
        end = unit_end(&unit);
        return r < 0 ? r : end;
}
