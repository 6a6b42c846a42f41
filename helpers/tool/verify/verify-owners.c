/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/verify/verify-owners.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "conf/load.h"
#include "helpers/tool/verify/verify-people.h"

static bool has_user(const struct people *people, bool image, const char *name)
{
        return is_number(name) || strcmp(name, "root") == 0 ||
               string_list_contains(people->users, name) || (!image && getpwnam(name));
}

static bool has_group(const struct people *people, bool image, const char *name)
{
        return is_number(name) || strcmp(name, "root") == 0 ||
               string_list_contains(people->groups, name) || (!image && getgrnam(name));
}

/* What follows for a name that was not found. Caller frees; NULL: no memory. */
static char *describe(const struct people *people, bool image, const char *what)
{
        char *text;
        int n;

        if (people->unreadable)
                n = asprintf(&text,
                             "whether there is such a %s is not known: %s cannot be read: %s", what,
                             people->unreadable, strerror(-people->error));
        else
                n = asprintf(
                        &text, "there is no such %s, %s", what,
                        image ? "neither in the image nor by its sysusers.d: the domain would not start"
                              : "and sysusers.d makes none: the domain would not start now");
        return n < 0 ? NULL : text;
}

/* The receiver of problems, and what they are found by. */
struct judgement {
        const struct people *people;
        bool image;
        config_report_t report;
        void *userdata;
};

static int complain(const struct judgement *judgement, const struct domain *domain,
                    const char *what, const char *key, const char *name)
{
        bool wrong = judgement->image && !judgement->people->unreadable;
        _cleanup_free_ char *reason = describe(judgement->people, judgement->image, what);
        _cleanup_free_ char *text = NULL;

        if (!reason || asprintf(&text, "[%s] %s=%s: %s", domain->name, key, name, reason) < 0) {
                text = NULL;
                return log_oom();
        }
        judgement->report(wrong ? LOG_ERR : LOG_WARNING, domain->where.file, domain->where.line,
                          text, judgement->userdata);
        return 0;
}

static int judge(const struct judgement *judgement, const struct domain *domain)
{
        const struct people *people = judgement->people;
        bool image = judgement->image;
        int r = 0;

        if (!has_user(people, image, domain->user))
                r = complain(judgement, domain, "user", "User", domain->user);
        if (r >= 0 && domain->group && !has_group(people, image, domain->group))
                r = complain(judgement, domain, "group", "Group", domain->group);
        return r;
}

int verify_owners(int root, bool image, const struct config *config, config_report_t report,
                  void *userdata, bool *ret_known)
{
        _cleanup_(people_done) struct people people = {};
        const struct judgement judgement = { &people, image, report, userdata };
        int r = people_read(root, image, &people);

        if (r < 0)
                return log_oom();
        *ret_known = !image || people.known || people.unreadable;
        for (size_t i = 0; i < config->n_domains && *ret_known && r >= 0; i++)
                if (!config->domains[i].error)
                        r = judge(&judgement, config->domains + i);
        return r;
}
