/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Assumptions of a configuration that cannot be checked without the machine. */

#include <string.h>

#include "helpers/tool/verify/verify-owners.h"
#include "helpers/tool/verify/verify.h"

static void print_owner(const struct domain *domain, FILE *out)
{
        bool user = !is_number(domain->user) && strcmp(domain->user, "root") != 0;
        bool group = domain->group && !is_number(domain->group);

        if (user)
                fprintf(out, "%s: left to the boot: whether there is a user %s\n", domain->name,
                        domain->user);
        if (group)
                fprintf(out, "%s: left to the boot: whether there is a group %s\n", domain->name,
                        domain->group);
}

/* Those that the description of the machine answers are none: ANSWER may be NULL. */
static void print_conditions(const struct domain *domain, const struct machine_answer *answer,
                             FILE *out)
{
        if (answer && answer->unmet)
                fprintf(out, "%s: not started there: its conditions are not met\n", domain->name);
        if (answer && !answer->perhaps)
                return;
        for (char **condition = domain->conditions; condition && *condition; condition++)
                fprintf(out, "%s: left to the boot: whether Condition%s is met\n", domain->name,
                        *condition);
}

static void print_request(const struct domain *domain, enum page_type type, FILE *out)
{
        const struct page_request *request = &domain->request[type];
        const char *key = page_type_key(type);
        _cleanup_free_ char *text = NULL, *devices = NULL;

        if (request->scope == REQUEST_NONE || request->scope == REQUEST_MOUNT)
                return;
        if (page_request_format(request, &text) < 0)
                return;

        fprintf(out, "%s: left to the boot (or --machine=): whether %s=%s can be allocated",
                domain->name, key, text);
        if (request->scope == REQUEST_NODES) {
                fputs(", and whether there is ", out);
                for (size_t i = 0; i < request->n_nodes; i++)
                        fprintf(out, "%snode %u", i > 0 ? ", " : "", request->nodes[i].node);
        }
        if (page_request_is_near(request) &&
            device_list_format(&domain->policy.devices, &devices) >= 0)
                fprintf(out, ", and where its devices are: %s", devices);
        fputc('\n', out);
}

void verify_print_open_questions(const struct config *config, bool known_machine,
                                 const struct machine_answer *domains, bool known_owners,
                                 FILE *out)
{
        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = &config->domains[i];

                if (domain->error)
                        continue;
                if (!known_owners)
                        print_owner(domain, out);
                print_conditions(domain, domains ? domains + i : NULL, out);
                if (known_machine)
                        continue;
                for_each_pool_type(type)
                        print_request(domain, type, out);
        }
}
