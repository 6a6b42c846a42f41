/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/handover-record.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/ledger-file.h"

#define FIRST_LINE "version=1"

static int record_path(const char *domain, char **ret)
{
        if (asprintf(ret, "handover/%s", domain) < 0) {
                *ret = NULL;
                return log_oom();
        }
        return 0;
}

static const char *value_of(const char *line, const char *key)
{
        size_t length = strlen(key);

        return strncmp(line, key, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

/* "huge 41:123456 rw,pagesize=2M" */
static int parse_mount(const char *value, struct ledger_handover *handover)
{
        struct handover_mount *mount;
        uintmax_t device, inode;
        int type, n = 0;
        char name[16];

        if (sscanf(value, "%15[a-z] %ju:%ju%n", name, &device, &inode, &n) != 3 || value[n] != ' ')
                return -EBADMSG;
        type = page_type_from_name(name);
        if (type < 0 || handover->mount[type].there)
                return -EBADMSG;

        mount = &handover->mount[type];
        mount->options = strdup(value + n + 1);
        mount->there = true;
        mount->device = (dev_t) device;
        mount->inode = (ino_t) inode;
        return mount->options ? 0 : -ENOMEM;
}

static int parse_line(const char *line, struct ledger_handover *handover)
{
        unsigned a, b;
        const char *value;
        int n = 0;

        if ((value = value_of(line, "complete"))) {
                handover->complete = strcmp(value, "yes") == 0;
                return handover->complete || strcmp(value, "no") == 0 ? 0 : -EBADMSG;
        }
        if ((value = value_of(line, "owner"))) {
                if (sscanf(value, "%u:%u%n", &a, &b, &n) != 2 || value[n])
                        return -EBADMSG;
                handover->uid = a;
                handover->gid = b;
                return 0;
        }
        if ((value = value_of(line, "mode"))) {
                if (strspn(value, "01234567") != strlen(value) || strlen(value) != 4)
                        return -EBADMSG;
                handover->mode = (mode_t) strtoul(value, NULL, 8);
                return 0;
        }
        value = value_of(line, "mount");
        return value ? parse_mount(value, handover) : -EBADMSG;
}

int handover_parse(char *text, struct ledger_handover *ret)
{
        _cleanup_handover_ struct ledger_handover handover = {};
        char *end;

        for (char *line = text; (end = strchr(line, '\n')); line = end + 1) {
                int r;

                *end = '\0';
                if (line == text && strcmp(line, FIRST_LINE) != 0)
                        return -EBADMSG;
                if (line == text)
                        continue;
                if (strcmp(line, "end") == 0 && end[1] == '\0') {
                        *ret = handover;
                        handover = (struct ledger_handover){};
                        return 0;
                }
                r = parse_line(line, &handover);
                if (r < 0)
                        return r;
        }
        return -EBADMSG; /* cut off */
}

static void write_mounts(FILE *f, const struct ledger_handover *handover)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct handover_mount *mount = &handover->mount[type];

                if (mount->there)
                        fprintf(f, "mount=%s %ju:%ju %s\n", page_type_name(type),
                                (uintmax_t) mount->device, (uintmax_t) mount->inode,
                                mount->options ?: "");
        }
}

int handover_format(const struct ledger_handover *handover, char **ret)
{
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        if (!f)
                return -ENOMEM;

        fprintf(f, FIRST_LINE "\ncomplete=%s\n", handover->complete ? "yes" : "no");
        if (handover->complete) {
                fprintf(f, "owner=%u:%u\nmode=%04o\n", (unsigned) handover->uid,
                        (unsigned) handover->gid, (unsigned) handover->mode);
                write_mounts(f, handover);
        }
        fputs("end\n", f);
        if (fclose(f) != 0) {
                free(text);
                return -ENOMEM;
        }

        *ret = text;
        return 0;
}

int ledger_load_handover(int state, const char *domain, struct ledger_handover *ret)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        int r;

        r = record_path(domain, &path);
        if (r >= 0)
                r = ledger_file_load(state, path, &text);
        if (r < 0)
                return r;

        r = handover_parse(text, ret);
        return r < 0 ? log_error_errno(r, "/run/fd-shmem/%s: the record is not understood: %m",
                                       path)
                     : 0;
}

int ledger_store_handover(int state, const char *domain, const struct ledger_handover *handover)
{
        _cleanup_free_ char *path = NULL, *text = NULL;
        int r;

        r = record_path(domain, &path);
        if (r < 0)
                return r;
        r = handover_format(handover, &text);
        if (r < 0)
                return log_oom();

        return ledger_file_store(state, "handover", path, text);
}

int ledger_remove_handover(int state, const char *domain)
{
        _cleanup_free_ char *path = NULL;
        int r;

        r = record_path(domain, &path);
        return r < 0 ? r : ledger_file_remove(state, path);
}

void ledger_handover_done(struct ledger_handover *handover)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                free(handover->mount[type].options);
        *handover = (struct ledger_handover){};
}
