/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/verify/verify-people.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"
#include "conf/file.h"
#include "conf/search-path.h"

void people_done(struct people *people)
{
        string_list_free(people->users);
        string_list_free(people->groups);
        free(people->unreadable);
}

static void note_unreadable(const char *path, int error, void *userdata)
{
        struct people *people = userdata;

        if (people->unreadable)
                return;
        people->unreadable = strdup(path);
        people->error = people->unreadable ? error : -ENOMEM;
}

/* Passes each line of a file to TAKE; a file that is not there has none. */
static int read_lines(int root, const char *path, struct people *people,
                      int (*take)(struct people *people, char *line))
{
        _cleanup_free_ char *text = NULL;
        struct file_stamp stamp;
        char *rest, *line;
        size_t size;
        int r = file_read(root, path, &text, &size, &stamp);

        if (r < 0 && r != -ENOENT && r != -ENOTDIR && r != -ENOMEM)
                note_unreadable(path, r, people);
        if (r <= 0)
                return r == -ENOMEM ? r : 0;
        people->known = true;
        for (rest = text, r = 0; r >= 0 && (line = strsep(&rest, "\n"));)
                r = take(people, line);
        return r;
}

/* passwd(5), group(5): the word before the first colon. */
static int take_user(struct people *people, char *line)
{
        line[strcspn(line, ":")] = '\0';
        return string_list_add(&people->users, &people->n_users, line);
}

static int take_group(struct people *people, char *line)
{
        line[strcspn(line, ":")] = '\0';
        return string_list_add(&people->groups, &people->n_groups, line);
}

static int add_member(struct people *people, const char *kind, const char *name, const char *group)
{
        int r = 0;

        if (kind[0] == 'u' || kind[0] == 'm')
                r = string_list_add(&people->users, &people->n_users, name);
        if (r >= 0 && (kind[0] == 'u' || kind[0] == 'g'))
                r = string_list_add(&people->groups, &people->n_groups, name);
        if (r >= 0 && kind[0] == 'm' && group)
                r = string_list_add(&people->groups, &people->n_groups, group);
        return r;
}

/* sysusers.d(5): "u NAME ...", "g NAME ...", "m USER GROUP". */
static int take_sysusers(struct people *people, char *line)
{
        char *cursor, *kind = strtok_r(line, " \t\"", &cursor);
        char *who = kind ? strtok_r(NULL, " \t\"", &cursor) : NULL;
        char *group = who ? strtok_r(NULL, " \t\"", &cursor) : NULL;

        return who && kind[0] != '#' ? add_member(people, kind, who, group) : 0;
}

/* systemd-sysusers.service searches these as ours are searched: what /etc replaces or masks makes nobody. */
static int read_sysusers(int root, struct people *people)
{
        const struct search search = {
                .root_fd = root,
                .name = "sysusers",
                .problem = note_unreadable,
                .userdata = people,
        };
        _cleanup_(file_list_done) struct file_list list = {};
        int r = search_files(&search, &list);

        for (size_t i = 0; i < list.n && r >= 0; i++)
                if (strstr(list.paths[i], "/sysusers.d/"))
                        r = read_lines(root, list.paths[i], people, take_sysusers);
        return r;
}

int people_read(int root, bool image, struct people *people)
{
        static const struct {
                const char *path;
                int (*take)(struct people *people, char *line);
        } files[] = {
                { "/etc/passwd", take_user },
                { "/usr/lib/passwd", take_user },
                { "/etc/group", take_group },
                { "/usr/lib/group", take_group },
        };
        int r = 0;

        for (size_t i = 0; image && i < ELEMENTSOF(files) && r >= 0; i++)
                r = read_lines(root, files[i].path, people, files[i].take);
        if (r >= 0)
                r = read_sysusers(root, people);
        return r >= 0 && people->error == -ENOMEM ? -ENOMEM : r;
}
