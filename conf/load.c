/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/load.h"

#include <errno.h>
#include <search.h>
#include <string.h>
#include <syslog.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"
#include "conf/loader.h"
#include "conf/validate.h"

#define MAIN_NAME "fd-shmem.conf"

static void domain_done(struct domain *domain)
{
        free(domain->name);
        free(domain->where.file);
        free(domain->path);
        free(domain->declared_path);
        free(domain->user);
        free(domain->group);
        free(domain->normal_nodes);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(domain->declared_place[type]);
                free(domain->place[type]);
        }
        free(domain->options);
        string_list_free(domain->conditions);
        device_list_done(&domain->policy.devices);
        string_list_free(domain->required_by);
        free(domain->error);
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                free(domain->type_options[type]);
                page_request_done(&domain->request[type]);
        }
}

void config_done(struct config *config)
{
        for (size_t i = 0; i < config->n_domains; i++)
                domain_done(&config->domains[i]);
        free(config->domains);

        for (char **file = config->files; file && *file; file++)
                free(*file);
        free(config->files);
        free(config->stamps);
        *config = (struct config){};
}

const struct domain *config_find(const struct config *config, const char *name)
{
        for (size_t i = 0; i < config->n_domains; i++)
                if (strcmp(config->domains[i].name, name) == 0)
                        return config->domains + i;
        return NULL;
}

bool config_boots(const struct config *config, enum boot boot)
{
        for (size_t i = 0; i < config->n_domains; i++)
                if (domain_boot(&config->domains[i]) == boot)
                        return true;
        return false;
}

static void keep_node(void *node)
{
}

static void loader_done(struct loader *loader)
{
        tdestroy(loader->by_name, keep_node);
        for (size_t i = 0; i < loader->n_sections; i++) {
                domain_done(&loader->sections[i]->domain);
                free(loader->sections[i]);
        }
        free(loader->sections);
        free(loader->stamps);
        file_list_done(&loader->files);
}

#define _cleanup_loader_ _cleanup_(loader_done)

static void report_directory(const char *directory, int error, void *userdata)
{
        struct loader *loader = userdata;
        struct place place = { directory, 0 };

        if (error == -ENOLINK)
                loader_problem(loader, LOG_ERR, NULL, &place,
                               "can be changed by others than root, ignoring");
        else if (error == -EACCES && strncmp(directory, SEARCH_CREDENTIALS "/",
                                             strlen(SEARCH_CREDENTIALS "/")) == 0)
                loader_problem(loader, LOG_WARNING, NULL, &place,
                               "only root can read it, going on without");
        else
                loader_problem(loader, LOG_ERR, NULL, &place, "cannot be read: %s",
                               strerror(-error));
}

/* Moves the result of LOADER into its config. */
static int hand_over(struct loader *loader)
{
        struct config *config = loader->config;

        config->domains = calloc(loader->n_sections ?: 1, sizeof(*config->domains));
        config->files = calloc(loader->files.n + 1, sizeof(*config->files));
        if (!config->domains || !config->files)
                return -ENOMEM;

        for (size_t i = 0; i < loader->n_sections && !loader->too_many; i++) {
                struct section *section = loader->sections[i];

                section->domain.where.line = section->where.line;
                section->domain.where.file = strdup(section->where.file);
                if (!section->domain.where.file)
                        return -ENOMEM;
                config->domains[config->n_domains++] = section->domain;
                section->domain = (struct domain){};
        }

        for (size_t i = 0; i < loader->files.n; i++)
                config->files[i] = TAKE_PTR(loader->files.paths[i]);
        config->stamps = TAKE_PTR(loader->stamps);
        return 0;
}

static int read_files(struct loader *loader)
{
        _cleanup_(file_list_done) struct file_list files = {};
        struct search search = {
                .root_fd = loader->root_fd,
                .name = MAIN_NAME,
                .problem = report_directory,
                .userdata = loader,
        };
        int r;

        r = search_files(&search, &files);
        if (r < 0)
                return r;

        for (size_t i = 0; i < files.n; i++)
                if (loader_read(loader, files.paths[i]) == -ENOMEM)
                        return -ENOMEM;
        return 0;
}

int config_load_watched(int root_fd, const char *path, config_report_t report, config_watch_t watch,
                        void *userdata, struct config *ret)
{
        _cleanup_config_ struct config config = {};
        _cleanup_loader_ struct loader loader = {
                .root_fd = root_fd,
                .report = report,
                .watch = watch,
                .userdata = userdata,
                .config = &config,
                .global = { .kind = SECTION_GLOBAL, .name = GLOBAL_NAME, .object = &config },
        };
        int r;

        r = section_reset(&loader.global);
        if (r < 0)
                return r;
        r = path ? loader_read(&loader, path) : read_files(&loader);
        if (r < 0)
                return r;
        r = loader.too_many ? 0 : validate(&loader);
        if (r < 0)
                return r;
        loader_report_rest(&loader);
        r = hand_over(&loader);
        if (r < 0)
                return r;

        *ret = config;
        config = (struct config){};
        return loader.too_many ? -E2BIG : 0;
}

int config_load(int root_fd, config_report_t report, void *userdata, struct config *ret)
{
        return config_load_watched(root_fd, NULL, report, NULL, userdata, ret);
}

int config_load_file(int root_fd, const char *path, config_report_t report, void *userdata,
                     struct config *ret)
{
        return config_load_watched(root_fd, path, report, NULL, userdata, ret);
}
