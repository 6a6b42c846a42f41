/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/generated.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/words/unit-table.h"

/* systemd.generator(7), of the first argument. */
#define DIRECTORY "run/systemd/generator"

/* The domain whose drop-in is in the directory NAME; NULL: it is none of a domain, or no memory. */
static char *domain_of_drop_in(const char *name)
{
        size_t length = strlen(name);
        _cleanup_free_ char *unit = NULL;
        char *domain = NULL;

        if (length < 2 || strcmp(name + length - 2, ".d") != 0)
                return NULL;
        unit = strndup(name, length - 2);
        for (enum domain_unit i = 0; unit && !domain && i < N_DOMAIN_UNITS; i++)
                domain = domain_unit_instance(i, unit);
        if (domain)
                *strchrnul(domain, ':') = '\0';
        return domain;
}

/* The domain whose mount unit has this TEXT. */
static char *domain_of_mount(const char *text)
{
        static const char part_of[] = "PartOf=fd-shmem@";
        const char *start = strstr(text, part_of), *end;

        start = start ? start + strlen(part_of) : NULL;
        end = start ? strstr(start, ".target\n") : NULL;
        return end ? strndup(start, (size_t) (end - start)) : NULL;
}

static struct generated_domain *find(const struct generated *generated, const char *domain)
{
        for (size_t i = 0; i < generated->n; i++)
                if (strcmp(generated->domains[i].name, domain) == 0)
                        return generated->domains + i;
        return NULL;
}

const struct generated_domain *generated_find(const struct generated *generated, const char *domain)
{
        return find(generated, domain);
}

static struct generated_domain *find_or_add(struct generated *generated, const char *domain)
{
        struct generated_domain *found = find(generated, domain), *domains;

        if (found)
                return found;
        domains = reallocarray(generated->domains, generated->n + 1, sizeof(*domains));
        if (!domains)
                return NULL;
        generated->domains = domains;
        found = domains + generated->n;
        *found = (struct generated_domain){ .name = strdup(domain), .text = strdup("") };
        generated->n++;
        return found->name && found->text ? found : NULL;
}

/* A file of the configuration may move and say the same. */
static void remove_source(char *text)
{
        char *line = strstr(text, "\nSourcePath="), *end = line ? strchrnul(line + 1, '\n') : NULL;

        if (line)
                memmove(line, end, strlen(end) + 1);
}

static int add_text(struct generated *generated, const char *domain, const char *file, char *text)
{
        struct generated_domain *entry = find_or_add(generated, domain);
        char *joined;

        if (!entry)
                return -ENOMEM;
        remove_source(text);
        if (asprintf(&joined, "%s%s\n%s", entry->text, file, text) < 0)
                return -ENOMEM;
        free(entry->text);
        entry->text = joined;
        return 0;
}

static int add_entry(struct generated *generated, int dir_fd, const char *name)
{
        _cleanup_free_ char *domain = domain_of_drop_in(name), *file = NULL, *text = NULL;
        int r;

        if (asprintf(&file, domain ? "%s/" UNIT_DROP_IN : "%s", name) < 0) {
                file = NULL;
                return -ENOMEM;
        }
        if (!domain && !strstr(name, ".mount"))
                return 0;
        r = io_read_file(dir_fd, file, &text, NULL);
        if (r < 0)
                return r == -ENOMEM ? r : 0; /* a directory, or not there */
        if (!domain)
                domain = domain_of_mount(text);
        return domain ? add_text(generated, domain, file, text) : 0;
}

int generated_read(int root_fd, struct generated *ret)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent **entries;
        int n, r;

        *ret = (struct generated){};
        r = io_open_directory(root_fd, DIRECTORY, 0, &dir);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        n = scandirat(dirfd(dir), ".", &entries, NULL, alphasort);
        if (n < 0)
                return -errno;

        for (int i = 0; i < n; i++) {
                if (r >= 0)
                        r = add_entry(ret, dirfd(dir), entries[i]->d_name);
                free(entries[i]);
        }
        free(entries);
        return r;
}

void generated_done(struct generated *generated)
{
        for (size_t i = 0; i < generated->n; i++) {
                free(generated->domains[i].name);
                free(generated->domains[i].text);
        }
        free(generated->domains);
        *generated = (struct generated){};
}
