/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/text.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "basic/cleanup.h"

/* Names already looked up: a query of the user database may use the network. */
struct known {
        struct known *next;
        id_t id;
        char name[];
};

static struct known *known_users, *known_groups;

static const char *find(const struct known *known, id_t id)
{
        for (; known; known = known->next)
                if (known->id == id)
                        return known->name;
        return NULL;
}

static const char *remember(struct known **list, id_t id, const char *name)
{
        char number[16];
        struct known *known;

        snprintf(number, sizeof(number), "%u", (unsigned) id);
        name = name ?: number;
        known = malloc(sizeof(*known) + strlen(name) + 1);
        if (!known)
                return "?";

        known->id = id;
        strcpy(known->name, name);
        known->next = *list;
        *list = known;
        return known->name;
}

const char *text_user(uid_t uid)
{
        const char *name = find(known_users, uid);
        const struct passwd *entry;

        if (name)
                return name;

        entry = getpwuid(uid);
        return remember(&known_users, uid, entry ? entry->pw_name : NULL);
}

const char *text_group(gid_t gid)
{
        const char *name = find(known_groups, gid);
        const struct group *entry;

        if (name)
                return name;

        entry = getgrgid(gid);
        return remember(&known_groups, gid, entry ? entry->gr_name : NULL);
}
