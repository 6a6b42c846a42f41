/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/handover-record.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/record-file.h"
#include "helpers/modules/ledger/record-text.h"

#define FOLDER "handover"

/* "WORD rest": cuts TEXT at the first space, and returns the rest, or NULL. */
static char *cut_word(char *text)
{
        char *space = text ? strchr(text, ' ') : NULL;

        if (!space)
                return NULL;
        *space = '\0';
        return space + 1;
}

/* "huge 41:123456 rw,pagesize=2M" */
static int parse_mount(char *value, struct ledger_handover *handover)
{
        char *device = cut_word(value), *inode = device ? record_split(device) : NULL;
        char *options = cut_word(inode);
        int type = page_type_from_name(value);
        struct handover_mount *mount;
        uint64_t dev, ino;

        if (!options || type < 0 || handover->mount[type].there ||
            record_parse_u64(device, UINT64_MAX, &dev) < 0 ||
            record_parse_u64(inode, UINT64_MAX, &ino) < 0)
                return -EBADMSG;

        mount = &handover->mount[type];
        mount->options = strdup(options);
        mount->there = true;
        mount->device = (dev_t) dev;
        mount->inode = (ino_t) ino;
        return mount->options ? 0 : -ENOMEM;
}

int handover_add_pages(struct ledger_handover *handover, enum page_type type, unsigned node,
                       uint64_t pages)
{
        struct handover_pages *bigger =
                reallocarray(handover->pages, handover->n_pages + 1, sizeof(*bigger));

        if (!bigger)
                return -ENOMEM;
        handover->pages = bigger;
        bigger[handover->n_pages++] =
                (struct handover_pages){ .type = type, .node = node, .pages = pages };
        return 0;
}

/* "huge 0:256" */
static int parse_pages(char *value, struct ledger_handover *handover)
{
        char *node = cut_word(value), *pages = node ? record_split(node) : NULL;
        int type = page_type_from_name(value);
        uint64_t number, count;

        if (!pages || type < 0 || record_parse_u64(node, INT_MAX, &number) < 0 ||
            record_parse_u64(pages, RECORD_PAGES_MAX, &count) < 0)
                return -EBADMSG;
        return handover_add_pages(handover, (enum page_type) type, (unsigned) number, count);
}

static int parse_owner(char *value, struct ledger_handover *handover)
{
        const char *group = record_split(value);
        uint64_t uid, gid;

        if (!group || record_parse_u64(value, UINT32_MAX, &uid) < 0 ||
            record_parse_u64(group, UINT32_MAX, &gid) < 0)
                return -EBADMSG;

        handover->uid = (uid_t) uid;
        handover->gid = (gid_t) gid;
        return 0;
}

static int parse_line(char *line, void *record)
{
        struct ledger_handover *handover = record;
        char *value;

        if ((value = record_value(line, "complete")))
                return record_parse_bool(value, &handover->complete);
        if ((value = record_value(line, "owner")))
                return parse_owner(value, handover);
        if ((value = record_value(line, "mode")))
                return record_parse_mode(value, &handover->mode);
        if ((value = record_value(line, "pages")))
                return parse_pages(value, handover);
        value = record_value(line, "mount");
        return value ? parse_mount(value, handover) : -EBADMSG;
}

int handover_parse(char *text, const char *name, const char *boot, struct ledger_handover *ret)
{
        _cleanup_handover_ struct ledger_handover handover = {};
        int r;

        r = record_parse_of_boot(text, name, boot, parse_line, &handover);
        if (r < 0)
                return r;

        *ret = handover;
        handover = (struct ledger_handover){};
        return 0;
}

void handover_write(FILE *f, const void *record)
{
        const struct ledger_handover *handover = record;

        fprintf(f, "complete=%s\n", handover->complete ? "yes" : "no");
        if (handover->complete) {
                fprintf(f, "owner=%u:%u\nmode=%04o\n", (unsigned) handover->uid,
                        (unsigned) handover->gid, (unsigned) handover->mode);
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                        const struct handover_mount *mount = &handover->mount[type];

                        if (mount->there)
                                fprintf(f, "mount=%s %ju:%ju %s\n", page_type_name(type),
                                        (uintmax_t) mount->device, (uintmax_t) mount->inode,
                                        mount->options ?: "");
                }
                for (size_t i = 0; i < handover->n_pages; i++)
                        fprintf(f, "pages=%s %u:%" PRIu64 "\n",
                                page_type_name(handover->pages[i].type), handover->pages[i].node,
                                handover->pages[i].pages);
        }
}

int ledger_load_handover(const struct machine *machine, const char *domain,
                         struct ledger_handover *ret)
{
        _cleanup_record_file_ struct record_file file = {};
        int r;

        r = record_load(machine, FOLDER, domain, &file);
        return r < 0 ? r : handover_parse(file.text, file.path, file.boot, ret);
}

int ledger_store_handover(const struct machine *machine, const char *domain,
                          const struct ledger_handover *handover)
{
        return record_store(machine, FOLDER, domain, handover_write, handover);
}

int ledger_remove_handover(int state, const char *domain)
{
        return record_remove(state, FOLDER, domain);
}

void ledger_handover_done(struct ledger_handover *handover)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                free(handover->mount[type].options);
        free(handover->pages);
        *handover = (struct ledger_handover){};
}
