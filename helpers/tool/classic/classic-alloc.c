/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* alloc COUNT TYPE NODE, free TYPE NODE: the pages of one domain on one node. */

#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/nearest.h"
#include "conf/keys/model.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/reservation.h"
#include "helpers/tool/classic/classic-pool.h"
#include "helpers/tool/classic/classic.h"
#include "helpers/tool/classic/legacy-result.h"
#include "helpers/tool/common/interrupt.h"
#include "helpers/tool/common/machine-policy.h"
#include "helpers/tool/terminal/terminal-progress.h"

struct classic_amount {
        uint64_t count;
        enum page_type type;
        unsigned node;
};

/* A plain decimal number: no sign, no blank, nothing after it. */
static int parse_number(const char *text, uint64_t max, uint64_t *ret)
{
        unsigned long long value;
        char *end;

        errno = 0;
        value = strtoull(text, &end, 10);
        if (!isdigit((unsigned char) text[0]) || *end || errno || value > max)
                return -EINVAL;

        *ret = value;
        return 0;
}

static int parse_type(const char *text, enum page_type *ret)
{
        struct nearest nearest = NEAREST_TO(text);
        int type = page_type_from_name(text);

        if (type == PAGE_NORMAL)
                return log_error_errno(EINVAL, "normal pages do not require explicit allocation");
        if (type < 0) {
                for_each_pool_type(candidate)
                        nearest_consider(&nearest, page_type_name(candidate));
                return log_error_errno(EINVAL,
                                       "unsupported page type %s%s%s: it is huge or "
                                       "gigantic",
                                       text, nearest.word ? ", did you mean " : "",
                                       nearest.word ? nearest.word : "");
        }

        *ret = type;
        return 0;
}

static int parse(const char *count, const char *type, const char *node, struct classic_amount *ret)
{
        uint64_t number;
        int r;

        r = parse_type(type, &ret->type);
        if (r < 0)
                return r;
        if (parse_number(count, UINT32_MAX, &ret->count) < 0)
                return log_error_errno(EINVAL, "'%s' is not a number of pages", count);
        if (parse_number(node, INT32_MAX, &number) < 0)
                return log_error_errno(EINVAL, "'%s' is not the number of a node", node);

        ret->node = (unsigned) number;
        return 0;
}

static int add_node(struct page_request *request, unsigned node, uint64_t pages)
{
        struct node_amount *nodes;

        nodes = reallocarray(request->nodes, request->n_nodes + 1, sizeof(*nodes));
        if (!nodes)
                return log_oom();
        request->nodes = nodes;
        request->nodes[request->n_nodes++] = (struct node_amount){
                .node = node,
                .amount = { .kind = AMOUNT_PAGES, .value = pages },
        };
        return 0;
}

/* The new reservation of the domain: COUNT pages on this node, unchanged on all others. */
static int make_request(const struct tool *tool, const char *domain,
                        const struct classic_amount *asked, struct page_request *ret)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        _cleanup_(page_request_done) struct page_request request = { .scope = REQUEST_NODES };
        bool placed = false;
        int r;

        r = ledger_load_reservation(&tool->machine, domain, asked->type, &own);
        if (r < 0 && r != -ENOENT)
                return r;

        for (size_t i = 0; i < own.n_nodes; i++) {
                if (!placed && own.nodes[i].node >= asked->node) {
                        r = add_node(&request, asked->node, asked->count);
                        if (r < 0)
                                return r;
                        placed = true;
                }
                if (own.nodes[i].node == asked->node)
                        continue;
                r = add_node(&request, own.nodes[i].node, own.nodes[i].asked);
                if (r < 0)
                        return r;
        }
        if (!placed) {
                r = add_node(&request, asked->node, asked->count);
                if (r < 0)
                        return r;
        }

        *ret = request;
        request = (struct page_request){};
        return 0;
}

static int show_progress(const struct grow_progress *progress, void *userdata)
{
        terminal_progress_update(userdata, progress->persistent, progress->target);
        return interrupt_pending() ? log_error_errno(ECANCELED, "interrupted") : 0;
}

/* A record without any claim is removed. */
static int drop_empty_record(const struct tool *tool, const char *domain, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        int r;

        r = ledger_load_reservation(&tool->machine, domain, type, &own);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        for (size_t i = 0; i < own.n_nodes; i++)
                if (own.nodes[i].asked > 0 || holdings_held(&own.nodes[i]) > 0)
                        return 0;

        return ledger_remove_reservation(tool->machine.state, domain, type);
}

static int reserve(const struct tool *tool, struct reservation_request *request,
                   const struct classic_amount *asked)
{
        struct terminal_progress progress;
        char what[64];
        int r;

        snprintf(what, sizeof(what), "node %u: %s pages in the pool", asked->node,
                 page_type_name(asked->type));
        terminal_progress_begin(&progress, what);
        request->watch = (struct grow_watch){ show_progress, &progress };
        r = reservation_make(&tool->machine, request);
        terminal_progress_end(&progress);
        return r;
}

static int preview(const struct tool *tool, const struct reservation_request *request,
                   const struct classic_amount *asked)
{
        _cleanup_allocation_ struct allocation allocation = {};
        int r = reservation_preview(&tool->machine, request, &allocation);

        if (r < 0)
                return r;
        for (size_t i = 0; i < allocation.n_nodes; i++) {
                const struct allocation_node *node = allocation.nodes + i;

                if (node->line.node == asked->node)
                        fprintf(tool->out,
                                "node %u: %" PRIu64 " %s pages asked, %" PRIu64
                                " held; would adopt %" PRIu64 ", add %" PRIu64 ", release %" PRIu64
                                "\n",
                                node->line.node, node->line.asked, page_size_name(allocation.size),
                                holdings_held(&node->line), node->adopt, node->add,
                                node->give_back);
        }
        return 0;
}

/* The pages of a domain that is declared and up follow from its configuration: a second record of
 * the same path would hold further pages. Pages that alloc added before the domain was started can
 * still be released. */
static int check_declared(const struct tool *tool, const struct classic *classic,
                          const struct classic_amount *asked)
{
        _cleanup_reservation_ struct ledger_reservation own = {};
        _cleanup_ledger_domain_ struct ledger_domain up = {};
        int r;

        r = classic_find_declared(tool, classic, &up);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        if (asked->count == 0) {
                r = ledger_load_reservation(&tool->machine, classic->name, asked->type, &own);
                if (r != -ENOENT)
                        return r;
        }
        return log_error_errno(EBUSY,
                               "path %s is the domain %s, whose pages are declared: change %s= in "
                               "its configuration, then \"fd-shmem apply %s\"",
                               classic->path, up.name, page_type_key(asked->type), up.name);
}

static int allocate(const struct tool *tool, const struct classic_amount *asked, bool dry_run)
{
        struct reservation_request request = {
                .type = asked->type,
                .size = page_size_default(asked->type),
                .policy = { .existing = EXISTING_ADOPT, .release = true },
        };
        _cleanup_(page_request_done) struct page_request pages = {};
        _cleanup_classic_ struct classic classic = CLASSIC_NULL;
        _cleanup_close_ int lock = -1;
        int r;

        r = policy_load(tool, &request.machine_policy);
        if (r < 0)
                return r;
        lock = dry_run ? -1 : classic_lock_pools(tool, asked->type);
        if (lock < 0 && !dry_run)
                return lock;
        r = classic_open(tool, &classic);
        if (r >= 0)
                r = check_declared(tool, &classic, asked);
        if (r >= 0)
                r = make_request(tool, classic.name, asked, &pages);
        if (r < 0)
                return r;

        request.domain = classic.name;
        request.pages = pages;
        if (dry_run)
                return preview(tool, &request, asked);
        interrupt_catch();
        r = reserve(tool, &request, asked);
        if (r < 0)
                return r;

        r = drop_empty_record(tool, classic.name, asked->type);
        if (r < 0)
                return r;
        return classic_say_pool(tool, classic.name, asked->type, asked->node, asked->count);
}

static int run(struct outcome *outcome, const char *count, const char *type, const char *node)
{
        struct classic_amount asked = {};
        int r = parse(count, type, node, &asked);

        if (r >= 0)
                r = allocate(outcome->tool, &asked, outcome->dry_run);
        return outcome_end(outcome, r);
}

int verb_alloc(struct tool *tool, int argc, char **argv)
{
        struct outcome outcome;
        int r = outcome_parse(&outcome, tool, argc, argv);

        return r == TOOL_OK ? run(&outcome, argv[optind], argv[optind + 1], argv[optind + 2]) : r;
}

/* The script treated this as "alloc 0" and printed that; programs expect this text. */
int verb_free(struct tool *tool, int argc, char **argv)
{
        char *words[] = { (char *) "alloc", (char *) "0", NULL, NULL, NULL };
        struct outcome outcome;
        int r;

        words[2] = argv[argc - 2];
        words[3] = argv[argc - 1];
        if (!tool->privileged)
                return outcome_refuse_unprivileged(tool, 4, words);
        r = outcome_parse(&outcome, tool, argc, argv);
        if (r != TOOL_OK)
                return r;
        outcome.argc = 4;
        outcome.argv = words;
        return run(&outcome, words[1], words[2], words[3]);
}
