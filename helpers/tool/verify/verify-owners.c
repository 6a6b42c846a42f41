/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/verify/verify-owners.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "conf/load.h"
#include "helpers/modules/manager/manager.h"

struct people {
        char **users, **groups;
        size_t n_users, n_groups;
        bool known; /* a file was found */
};

static void people_done(struct people *people)
{
        string_list_free(people->users);
        string_list_free(people->groups);
}

static bool contains(char **list, const char *name, size_t length)
{
        for (; list && *list; list++)
                if (strncmp(*list, name, length) == 0 && (*list)[length] == '\0')
                        return true;
        return false;
}

/* Files of an image are read as they are: links that lead out of it are not followed far, and a
 * FIFO does not block. */
static FILE *open_file(int directory, const char *name)
{
        int fd = openat(directory, name, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        struct stat st;
        FILE *file;

        if (fd < 0)
                return NULL;
        file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(fd, "re") : NULL;
        if (!file)
                close(fd);
        return file;
}

/* Adds the word before the first colon of each line to a list. */
static int read_names(int root, const char *path, struct people *people, char ***list, size_t *n)
{
        _cleanup_fclose_ FILE *file = open_file(root, path);
        _cleanup_free_ char *line = NULL;
        size_t size = 0;
        int r = 0;

        people->known |= file != NULL;
        while (file && r >= 0 && getline(&line, &size, file) >= 0) {
                line[strcspn(line, ":\n")] = '\0';
                r = string_list_add(list, n, line);
        }
        return r;
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
static int read_sysusers_file(int directory, const char *name, struct people *people)
{
        _cleanup_fclose_ FILE *file = open_file(directory, name);
        _cleanup_free_ char *line = NULL;
        size_t size = 0;
        int r = 0;

        people->known |= file != NULL;
        while (file && r >= 0 && getline(&line, &size, file) >= 0) {
                char *cursor, *kind = strtok_r(line, " \t\n\"", &cursor);
                char *who = kind ? strtok_r(NULL, " \t\n\"", &cursor) : NULL;
                char *group = who ? strtok_r(NULL, " \t\n\"", &cursor) : NULL;

                if (who && kind[0] != '#')
                        r = add_member(people, kind, who, group);
        }
        return r;
}

static int read_sysusers(int root, const char *path, struct people *people)
{
        _cleanup_closedir_ DIR *directory = NULL;
        const struct dirent *entry;
        int r = 0;

        if (io_open_directory(root, path, 0, &directory) < 0)
                return 0;
        while (r >= 0 && (entry = io_next_entry(directory))) {
                const char *dot = strrchr(entry->d_name, '.');

                if (dot && strcmp(dot, ".conf") == 0)
                        r = read_sysusers_file(dirfd(directory), entry->d_name, people);
        }
        return r;
}

static int read_people(int root, bool image, struct people *people)
{
        static const char *const directories[] = { "etc/sysusers.d", "run/sysusers.d",
                                                   "usr/local/lib/sysusers.d",
                                                   "usr/lib/sysusers.d" };
        static const char *const users[] = { "etc/passwd", "usr/lib/passwd" };
        static const char *const groups[] = { "etc/group", "usr/lib/group" };
        int r = 0;

        for (size_t i = 0; image && i < ELEMENTSOF(users) && r >= 0; i++) {
                r = read_names(root, users[i], people, &people->users, &people->n_users);
                if (r >= 0)
                        r = read_names(root, groups[i], people, &people->groups, &people->n_groups);
        }
        for (size_t i = 0; i < ELEMENTSOF(directories) && r >= 0; i++)
                r = read_sysusers(root, directories[i], people);
        return r;
}

static bool has_user(const struct people *people, bool image, const char *name)
{
        return is_number(name) || strcmp(name, "root") == 0 ||
               contains(people->users, name, strlen(name)) || (!image && getpwnam(name));
}

static bool has_group(const struct people *people, bool image, const char *name)
{
        return is_number(name) || strcmp(name, "root") == 0 ||
               contains(people->groups, name, strlen(name)) || (!image && getgrnam(name));
}

static int complain(const struct domain *domain, bool image, const char *what, const char *key,
                    const char *name, config_report_t report, void *userdata)
{
        _cleanup_free_ char *text = NULL;

        if (asprintf(
                    &text, "[%s] %s=%s: there is no such %s, %s", domain->name, key, name, what,
                    image ? "neither in the image nor by its sysusers.d: the domain would not start"
                          : "and sysusers.d makes none: the domain would not start now") < 0) {
                text = NULL;
                return log_oom();
        }
        report(image ? LOG_ERR : LOG_WARNING, domain->where.file, domain->where.line, text,
               userdata);
        return 0;
}

int verify_owners(int root, bool image, const struct config *config, config_report_t report,
                  void *userdata, bool *ret_known)
{
        _cleanup_(people_done) struct people people = {};
        int r = read_people(root, image, &people);

        if (r < 0)
                return log_oom();
        *ret_known = !image || people.known;
        for (size_t i = 0; i < config->n_domains && *ret_known && r >= 0; i++) {
                const struct domain *domain = config->domains + i;

                if (domain->error)
                        continue;
                if (!has_user(&people, image, domain->user))
                        r = complain(domain, image, "user", "User", domain->user, report, userdata);
                if (r >= 0 && domain->group && !has_group(&people, image, domain->group))
                        r = complain(domain, image, "group", "Group", domain->group, report,
                                     userdata);
        }
        return r;
}
