/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "basic/log.h"
#include "basic/size.h"
#include "conf/load.h"
#include "helpers/modules/reserve/headroom.h"
#include "helpers/modules/reserve/near.h"
#include "helpers/tool/forecast/machine-file.h"
#include "helpers/tool/verify/verify.h"

struct described {
        const char *file;
        struct machine_places places;
        uint64_t *claimed; /* bytes that the domains looked at so far ask for, by place */
};

/* The order in which domains take memory there. Those whose conditions are not met take none. */
enum rank {
        RANK_BOOT,
        RANK_LATE,
        RANK_ALONE,   /* on demand: each on its own in addition to those at boot */
        RANK_PERHAPS, /* the same; whether its conditions are met there is not known */
        RANK_NEVER,
        N_RANKS = RANK_NEVER,
};

static enum rank rank_of(const struct domain *domain, const struct described *machine)
{
        enum conditions_answer answer = conditions_judge(domain->conditions,
                                                         &machine->places.facts);

        if (answer != CONDITIONS_MET)
                return answer == CONDITIONS_UNMET ? RANK_NEVER : RANK_PERHAPS;
        return domain->boot == BOOT_YES    ? RANK_BOOT
               : domain->boot == BOOT_LATE ? RANK_LATE
                                           : RANK_ALONE;
}

/* The receiver of problems, and the domain concerned. */
struct complaint {
        config_report_t report;
        void *userdata;
        const struct domain *domain;
        enum rank rank;
        struct machine_answer *answer;
};

/* WORD is the problem in short. */
static void __attribute__((format(printf, 3, 4)))
complain(const struct complaint *complaint, const char *word, const char *format, ...)
{
        const struct domain *domain = complaint->domain;
        bool perhaps = complaint->rank == RANK_PERHAPS;
        _cleanup_free_ char *message = NULL, *full = NULL;
        va_list args;
        int r;

        if (!complaint->answer->problem)
                complaint->answer->problem = word;
        va_start(args, format);
        r = vasprintf(&message, format, args);
        va_end(args);
        if (r < 0 || asprintf(&full, "domain %s%s: %s", domain->name,
                              perhaps ? ", if its conditions are met there" : "", message) < 0) {
                message = full = NULL;
                log_oom();
                return;
        }
        complaint->report(perhaps ? LOG_WARNING : LOG_ERR, domain->where.file, domain->where.line,
                          full, complaint->userdata);
}

static bool has_node(const struct machine_places *places, unsigned node)
{
        for (size_t i = 0; i < places->n; i++)
                if (places->places[i].node == node)
                        return true;
        return false;
}

/* Reports every node that is named and does not exist; returns whether all exist. */
static bool check_nodes(const struct described *machine, enum page_type type,
                        const struct complaint *complaint)
{
        const struct page_request *request = &complaint->domain->request[type];
        bool good = true;

        for (size_t i = 0; i < request->n_nodes; i++) {
                if (has_node(&machine->places, request->nodes[i].node))
                        continue;
                complain(complaint, "no node",
                         "%s=: node %u does not exist there, or has no memory (%s)",
                         page_type_key(type), request->nodes[i].node, machine->file);
                good = false;
        }
        return good;
}

/* On the described machine. What the request finds wrong with it is a problem of the domain, and nothing is
 * asked for. */
static int resolve(const struct described *machine, struct page_size size,
                   const struct page_request *request, const struct complaint *complaint,
                   struct allocation *ret)
{
        const struct machine_places *places = &machine->places;
        _cleanup_free_ char *problem = NULL;
        int r;

        if (page_request_is_near(request) && !places->has_devices) {
                complain(complaint, "unknown",
                         "where its devices are is not known: %s has no list \"devices\"; write it "
                         "anew by 'fd-shmem query --json' on the machine",
                         machine->file);
                return 0;
        }
        log_set_sink(log_keep_first_error, &problem);
        r = near_allocation_on(&places->devices, &complaint->domain->policy, places->places,
                               places->n, size, request, ret);
        log_set_sink(NULL, NULL);
        if (r == -ENOMEM)
                return log_oom();
        if (r < 0)
                complain(complaint, "no device", "%s (%s)", problem ?: strerror(-r), machine->file);
        return 0;
}

/* Adds the pages requested by the domain to the demand on its nodes. */
static int claim_request(struct described *machine, enum page_type type,
                         const struct complaint *complaint)
{
        const struct page_request *request = &complaint->domain->request[type];
        const struct machine_places *places = &machine->places;
        _cleanup_allocation_ struct allocation plan = {};
        struct page_size size;
        unsigned slot = machine_slot(places, complaint->domain, type, &size);
        int r;

        if (request->scope >= REQUEST_NODES && !places->supported[slot]) {
                complain(complaint, "no such pages", "%s=: the machine has no %s pages (%s)",
                         page_type_key(type), page_size_name(size), machine->file);
                return 0;
        }
        if (request->scope < REQUEST_NODES || !check_nodes(machine, type, complaint))
                return 0;

        r = resolve(machine, size, request, complaint, &plan);
        if (r < 0)
                return r;
        for (size_t n = 0; n < plan.n_nodes; n++)
                for (size_t p = 0; p < places->n; p++)
                        if (places->places[p].node == plan.nodes[n].line.node)
                                machine->claimed[p] += plan.nodes[n].line.asked * size.bytes;
        return 0;
}

static void check_memory(const struct config *config, const struct described *machine,
                         const uint64_t *before, const struct complaint *complaint)
{
        const struct amount *headroom = policy_headroom(&config->policy);

        for (size_t i = 0; i < machine->places.n; i++) {
                const struct allocation_place *place = &machine->places.places[i];
                uint64_t keep = headroom_bytes(headroom, place->total);
                uint64_t claimed = machine->claimed[i];

                if (claimed == before[i] || claimed + keep <= place->total)
                        continue;
                complain(complaint, "short",
                         "node %u: %" PRIu64 " MiB are asked for, %" PRIu64
                         " MiB of them by domains before this one; the node has %" PRIu64
                         " MiB, of which Headroom= keeps %" PRIu64 " (%s)",
                         place->node, claimed / MIB, before[i] / MIB, place->total / MIB,
                         keep / MIB, machine->file);
        }
}

static int check_domain(const struct config *config, struct described *machine,
                        const struct complaint *complaint)
{
        size_t size = machine->places.n * sizeof(*machine->claimed);
        _cleanup_free_ uint64_t *before = malloc(size);
        int r;

        if (!before)
                return log_oom();
        memcpy(before, machine->claimed, size);

        for_each_pool_type(type) {
                r = claim_request(machine, type, complaint);
                if (r < 0)
                        return r;
        }
        check_memory(config, machine, before, complaint);
        complaint->answer->asked = true;
        complaint->answer->perhaps = complaint->rank == RANK_PERHAPS;
        for (size_t i = 0; i < machine->places.n; i++)
                complaint->answer->bytes += machine->claimed[i] - before[i];

        if (complaint->rank >= RANK_ALONE)
                memcpy(machine->claimed, before, size);
        return 0;
}

static void mark_unmet(const struct config *config, const struct described *machine,
                       struct machine_answer *answers)
{
        for (size_t i = 0; i < config->n_domains; i++)
                answers[i].unmet = answers[i].asked =
                        !config->domains[i].error &&
                        rank_of(config->domains + i, machine) == RANK_NEVER;
}

static void described_done(struct described *machine)
{
        machine_places_done(&machine->places);
        free(machine->claimed);
}

int verify_machine(const struct config *config, const char *file, config_report_t report,
                   void *userdata, struct machine_answers *ret)
{
        _cleanup_(described_done) struct described machine = { .file = file };
        int r;

        r = machine_places_read(file, &machine.places);
        if (r < 0)
                return r;
        machine.claimed = calloc(machine.places.n, sizeof(*machine.claimed));
        ret->domains = calloc(config->n_domains + 1, sizeof(*ret->domains));
        if (!machine.claimed || !ret->domains)
                return log_oom();
        ret->nodes = machine.places.n;
        for (size_t i = 0; i < machine.places.n; i++)
                ret->memory += machine.places.places[i].total;

        mark_unmet(config, &machine, ret->domains);
        for (enum rank rank = 0; rank < N_RANKS && r >= 0; rank++)
                for (size_t i = 0; i < config->n_domains && r >= 0; i++) {
                        const struct domain *domain = &config->domains[i];
                        const struct complaint complaint = { report, userdata, domain, rank,
                                                             ret->domains + i };

                        if (!domain->error && rank_of(domain, &machine) == rank)
                                r = check_domain(config, &machine, &complaint);
                }
        return r;
}
