/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/settings.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/ledger-file.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/record-file.h"

#define FOLDER "setting"

#define SETTINGS_MAX 16
#define PATH_SIZE    112

struct setting {
        enum settings_root root;
        char path[PATH_SIZE];
        uint64_t old;
        uint64_t value;
        uint64_t earlier; /* our value before VALUE, in case we die before that is written */
};

struct settings {
        struct setting items[SETTINGS_MAX];
        size_t n;
};

static const char *const root_names[] = {
        [SETTINGS_SYSFS] = "sysfs",
        [SETTINGS_PROCFS] = "procfs",
};

static int root_fd(const struct machine *machine, enum settings_root root)
{
        return root == SETTINGS_SYSFS ? machine->sysfs : machine->procfs;
}

static struct setting *find(struct settings *settings, enum settings_root root, const char *path)
{
        for (size_t i = 0; i < settings->n; i++)
                if (settings->items[i].root == root && strcmp(settings->items[i].path, path) == 0)
                        return &settings->items[i];

        return NULL;
}

/* Cuts the next word off *P; NULL: there is none. */
static char *next_word(char **p)
{
        char *word = *p, *space = strchr(word, ' ');

        if (!space || space == word)
                return NULL;
        *space = '\0';
        *p = space + 1;
        return word;
}

/* "procfs sys/vm/compact_unevictable_allowed old=1 new=0 earlier=0" */
static int parse_line(char *line, struct setting *ret)
{
        char *p = line, *root = next_word(&p), *path = root ? next_word(&p) : NULL;
        struct setting setting;

        if (!path || strlen(path) >= PATH_SIZE ||
            record_parse_pair(&p, "old", UINT64_MAX, &setting.old) < 0 ||
            record_parse_pair(&p, "new", UINT64_MAX, &setting.value) < 0 ||
            record_parse_pair(&p, "earlier", UINT64_MAX, &setting.earlier) < 0 || *p)
                return -EBADMSG;
        strcpy(setting.path, path);
        for (size_t i = 0; i < ELEMENTSOF(root_names); i++)
                if (strcmp(root, root_names[i]) == 0) {
                        setting.root = i;
                        *ret = setting;
                        return 0;
                }

        return -EBADMSG;
}

/* Settings changed in an earlier boot are back at the kernel's values. */
static int parse(char *text, const char *boot, struct settings *ret)
{
        char *save = NULL;
        bool of_other_boot = false;

        ret->n = 0;
        for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
                const char *written = record_value(line, "boot");

                if (strcmp(line, "end") == 0) {
                        ret->n = of_other_boot ? 0 : ret->n;
                        return 0;
                }
                if (written && ret->n == 0) {
                        of_other_boot = strcmp(written, boot) != 0;
                        continue;
                }
                if (ret->n == SETTINGS_MAX || parse_line(line, &ret->items[ret->n]) < 0)
                        return -EBADMSG;
                ret->n++;
        }

        return -EBADMSG; /* cut off */
}

/* A missing record counts as empty. */
static int load_named(const struct machine *machine, const char *name, struct settings *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_load(machine, FOLDER, name, &file);
        if (r == -ENOENT) {
                ret->n = 0;
                return 0;
        }
        if (r < 0)
                return r;
        r = parse(file.text, file.boot, ret);
        if (r < 0)
                return log_error_errno(
                        r,
                        "/run/fd-shmem/%s is not understood; the kernel settings named in it are "
                        "left as "
                        "they are; restore them, and remove it",
                        file.path);
        return 0;
}

static int load(const struct machine *machine, struct page_size owner, struct settings *ret)
{
        return load_named(machine, page_size_name(owner), ret);
}

static int store(const struct machine *machine, struct page_size owner,
                 const struct settings *settings)
{
        char path[32], text[SETTINGS_MAX * (PATH_SIZE + 96) + BOOT_ID_SIZE + 16];
        char boot[BOOT_ID_SIZE];
        size_t at;
        int r;

        if (settings->n == 0)
                return record_remove(machine->state, FOLDER, page_size_name(owner));
        r = record_boot(machine, boot);
        if (r < 0)
                return r;

        at = (size_t) snprintf(text, sizeof(text), "boot=%s\n", boot);
        for (size_t i = 0; i < settings->n; i++) {
                const struct setting *setting = &settings->items[i];

                at += (size_t) snprintf(text + at, sizeof(text) - at,
                                        "%s %s old=%" PRIu64 " new=%" PRIu64 " earlier=%" PRIu64
                                        "\n",
                                        root_names[setting->root], setting->path, setting->old,
                                        setting->value, setting->earlier);
        }
        snprintf(text + at, sizeof(text) - at, "end\n");
        snprintf(path, sizeof(path), FOLDER "/%s", page_size_name(owner));
        return ledger_file_store(machine->state, FOLDER, path, text);
}

/* Those that helpers of other sizes have changed, together. */
static int load_others(const struct machine *machine, struct page_size owner, struct settings *ret)
{
        _cleanup_strings_ char **names = NULL;
        int r;

        ret->n = 0;
        r = ledger_list_names(machine->state, FOLDER, &names);
        for (char **name = names; r >= 0 && *name; name++) {
                struct settings others = {};

                if (strcmp(*name, page_size_name(owner)) == 0)
                        continue;
                r = load_named(machine, *name, &others);
                if (r < 0)
                        return r;
                if (ret->n + others.n > SETTINGS_MAX)
                        return -E2BIG;
                for (size_t i = 0; i < others.n; i++)
                        ret->items[ret->n++] = others.items[i];
        }

        return r;
}

static int write_value(const struct machine *machine, const struct setting *setting, uint64_t value)
{
        return sysfs_write_u64(root_fd(machine, setting->root), setting->path, value);
}

/* Enters a change of CURRENT to VALUE; SHARED is the line of another size. */
static int enter(struct settings *own, const struct setting *shared, enum settings_root root,
                 const char *path, uint64_t current, uint64_t value, struct setting **ret)
{
        struct setting *setting = find(own, root, path);
        bool is_ours = shared && (current == shared->value || current == shared->earlier);

        if (shared && shared->value != value)
                return -EBUSY;
        if (setting) {
                setting->earlier = setting->value;
                setting->value = value;
                *ret = setting;
                return 0;
        }
        if (own->n == SETTINGS_MAX || strlen(path) >= PATH_SIZE)
                return -E2BIG;

        setting = &own->items[own->n++];
        *setting = (struct setting){
                .root = root,
                .old = is_ours ? shared->old : current,
                .value = value,
                .earlier = value,
        };
        strcpy(setting->path, path);
        *ret = setting;
        return 0;
}

static int change(const struct machine *machine, struct page_size owner, enum settings_root root,
                  const char *path, uint64_t value)
{
        struct settings own, others, before;
        struct setting *shared, *setting;
        uint64_t current;
        int r;

        r = load(machine, owner, &own);
        if (r >= 0)
                r = load_others(machine, owner, &others);
        if (r >= 0)
                r = sysfs_read_u64(root_fd(machine, root), path, &current);
        if (r < 0)
                return r;

        before = own;
        shared = find(&others, root, path);
        if (current == value && !shared && !find(&own, root, path))
                return 0;
        r = enter(&own, shared, root, path, current, value, &setting);
        if (r < 0)
                return r;
        r = store(machine, owner, &own);
        if (r < 0)
                return r;

        r = write_value(machine, setting, value);
        if (r < 0)
                (void) store(machine, owner, &before);
        return r;
}

int settings_set(const struct machine *machine, struct page_size owner, enum settings_root root,
                 const char *path, uint64_t value)
{
        _cleanup_close_ int lock = ledger_lock(machine, "settings", NULL, NULL);
        int r;

        if (lock < 0)
                return lock;
        r = change(machine, owner, root, path, value);
        if (r < 0)
                log_debug("Cannot set /%s/%s to %" PRIu64 ", continuing without: %s",
                          root == SETTINGS_SYSFS ? "sys" : "proc", path, value, strerror(-r));
        return r;
}

/* Writes the old value unless somebody else has changed it, or another size still needs ours. */
static int put_back(const struct machine *machine, const struct setting *setting, bool shared)
{
        const char *root = setting->root == SETTINGS_SYSFS ? "sys" : "proc";
        uint64_t current;
        int r;

        if (shared)
                return 0;
        r = sysfs_read_u64(root_fd(machine, setting->root), setting->path, &current);
        if (r < 0)
                return log_error_errno(r, "Cannot read /%s/%s: %m", root, setting->path);
        if (current == setting->old)
                return 0;
        if (current != setting->value && current != setting->earlier) {
                log_notice("/%s/%s was set to %" PRIu64 " by somebody else, and stays", root,
                           setting->path, current);
                return 0;
        }

        r = write_value(machine, setting, setting->old);
        if (r < 0)
                return log_error_errno(r,
                                       "Cannot restore /%s/%s from %" PRIu64 " to %" PRIu64 ": %m",
                                       root, setting->path, current, setting->old);
        return 0;
}

/* PATH NULL: all. */
static int restore(const struct machine *machine, struct page_size owner, enum settings_root root,
                   const char *path)
{
        _cleanup_close_ int lock = -1;
        struct settings own, others;
        int r, result = 0;

        /* Only we write our record, so we can check without the lock whether it is empty. */
        r = load(machine, owner, &own);
        if (r < 0 || own.n == 0 || (path && !find(&own, root, path)))
                return r;
        lock = ledger_lock(machine, "settings", NULL, NULL);
        if (lock < 0)
                return lock;
        r = load_others(machine, owner, &others);
        if (r < 0)
                return r;

        for (size_t i = own.n; i > 0; i--) {
                struct setting *setting = &own.items[i - 1];

                if (path && (setting->root != root || strcmp(setting->path, path) != 0))
                        continue;
                r = put_back(machine, setting, find(&others, setting->root, setting->path));
                if (r >= 0)
                        *setting = own.items[--own.n];
                else
                        result = r;
        }

        r = store(machine, owner, &own);
        return result < 0 ? result : r;
}

int settings_restore_one(const struct machine *machine, struct page_size owner,
                         enum settings_root root, const char *path)
{
        return restore(machine, owner, root, path);
}

int settings_restore(const struct machine *machine, struct page_size owner)
{
        return restore(machine, owner, SETTINGS_SYSFS, NULL);
}
