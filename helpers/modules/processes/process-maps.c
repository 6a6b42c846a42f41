/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/processes/process-maps.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DELETED " (deleted)"

/* The value of the line "KEY" in TEXT; KEY begins with the newline before it. */
static char *find_value(char *text, const char *key)
{
        char *at = strstr(text, key);

        return at ? at + strlen(key) : NULL;
}

int process_status_parse(char *text, struct process_status *ret)
{
        struct process_status status = {};
        char *uid, *hugetlb, *end;

        if (strncmp(text, "Name:\t", 6) != 0)
                return -EBADMSG;
        end = strchr(text, '\n');
        uid = find_value(text, "\nUid:\t");
        if (!end || !uid)
                return -EBADMSG;

        status.has_memory = find_value(text, "\nVmSize:") != NULL;
        hugetlb = find_value(text, "\nHugetlbPages:");
        if (hugetlb)
                status.hugetlb = strtoull(hugetlb, NULL, 10) * 1024;
        (void) strtoul(uid, &uid, 10); /* real */
        status.uid = (uid_t) strtoul(uid, NULL, 10);
        *end = '\0';
        status.command = text + 6;

        *ret = status;
        return 0;
}

/* Reads a number in BASE that ends with the character END, and moves past both. */
static bool take_number(char **line, int base, char end, uint64_t *ret)
{
        char *stop;

        *ret = strtoull(*line, &stop, base);
        if (stop == *line || *stop != end)
                return false;
        *line = stop + 1;
        return true;
}

int process_mapping_parse(char *line, struct process_mapping *ret)
{
        uint64_t start, end, offset, major, minor, inode;
        char *at;

        if (!take_number(&line, 16, '-', &start) || !take_number(&line, 16, ' ', &end))
                return -EBADMSG;
        at = strchr(line, ' '); /* past the permissions */
        if (!at)
                return -EBADMSG;
        line = at + 1;
        if (!take_number(&line, 16, ' ', &offset) || !take_number(&line, 16, ':', &major) ||
            !take_number(&line, 16, ' ', &minor))
                return -EBADMSG;
        inode = strtoull(line, &at, 10);
        if (at == line)
                return -EBADMSG;

        *ret = (struct process_mapping){
                .start = start,
                .end = end,
                .offset = offset,
                .device = makedev((unsigned) major, (unsigned) minor),
                .inode = (ino_t) inode,
                .path = at + strspn(at, " "),
        };
        return 0;
}

bool process_path_unescape(char *path)
{
        size_t length;
        char *to = path;

        for (const char *from = path; *from;) {
                if (strncmp(from, "\\012", 4) == 0) {
                        *to++ = '\n';
                        from += 4;
                } else {
                        *to++ = *from++;
                }
        }
        *to = '\0';

        length = (size_t) (to - path);
        if (length < strlen(DELETED) || strcmp(to - strlen(DELETED), DELETED) != 0)
                return false;
        to[-(ptrdiff_t) strlen(DELETED)] = '\0';
        return true;
}

/* "N0=512", as numa_maps counts the pages on a node. */
static void take_node(struct process_nodes *nodes, char *word)
{
        char *end;
        unsigned long node = strtoul(word + 1, &end, 10);

        if (end == word + 1 || *end != '=' || nodes->n == PROCESS_NODES_MAX)
                return;
        nodes->nodes[nodes->n].node = (unsigned) node;
        nodes->nodes[nodes->n].pages = strtoull(end + 1, NULL, 10);
        nodes->n++;
}

int process_nodes_parse(char *line, struct process_nodes *ret)
{
        char *saved = NULL, *word;

        ret->n = 0;
        ret->huge = false;
        ret->page_size = 0;
        if (!take_number(&line, 16, ' ', &ret->start))
                return -EBADMSG;

        /* Blanks in names are escaped as \040 here, unlike in maps; a name's word begins with
         * "file=", so that no name looks like a count. */
        for (word = strtok_r(line, " ", &saved); word; word = strtok_r(NULL, " ", &saved)) {
                if (word[0] == 'N')
                        take_node(ret, word);
                else if (strcmp(word, "huge") == 0)
                        ret->huge = true;
                else if (strncmp(word, "kernelpagesize_kB=", 18) == 0)
                        ret->page_size = strtoull(word + 18, NULL, 10) * 1024;
        }
        return 0;
}
