/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* defrag: compacts memory, and with --for= proves that it helped. */

#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/grow/compact.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation.h"
#include "helpers/tool/classic/classic.h"
#include "helpers/tool/common/interrupt.h"
#include "helpers/tool/common/machine-policy.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/terminal/terminal-progress.h"

/* The ledger's name for pages held briefly. No path escapes to it, see classic.h. If we are killed,
 * the next run releases them. */
#define TRIAL_DOMAIN "_-defrag"

struct goal {
        bool one_node;
        unsigned node;
        bool wanted; /* --for= */
        uint64_t pages;
        enum page_type type;
        bool dry_run;
};

static int parse_node(const char *text, struct goal *goal)
{
        char end;

        if (!isdigit((unsigned char) text[0]) || sscanf(text, "%9u%c", &goal->node, &end) != 1)
                return log_error_errno(EINVAL, "--node=%s: not the number of a node", text);
        goal->one_node = true;
        return 0;
}

static int parse_wanted(const char *text, struct goal *goal)
{
        char name[16], end;
        int type;

        if (!isdigit((unsigned char) text[0]) ||
            sscanf(text, "%9" SCNu64 ":%15[a-z]%c", &goal->pages, name, &end) != 2)
                return log_error_errno(EINVAL, "--for=%s: write COUNT:TYPE, such as 512:huge",
                                       text);
        type = page_type_from_name(name);
        if (type < 0 || !page_type_has_pool(type))
                return log_error_errno(EINVAL, "--for=%s: the type is %s", text,
                                       page_type_pool_names());

        goal->type = type;
        goal->wanted = true;
        return 0;
}

static int parse_options(const struct tool *tool, int argc, char **argv, struct goal *ret)
{
        int c, r = 0;

        *ret = (struct goal){};
        while (r >= 0 && (c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_NODE)
                        r = parse_node(optarg, ret);
                else if (c == OPTION_FOR)
                        r = parse_wanted(optarg, ret);
                else if (c == OPTION_DRY_RUN)
                        ret->dry_run = true;
                else
                        r = -EINVAL;
        return r;
}

static int compact_these(const struct tool *tool, const struct goal *goal, const unsigned *nodes,
                         size_t n)
{
        if (!goal->dry_run)
                return compact_nodes(&tool->machine, nodes, n);

        for (size_t i = 0; i < n; i++)
                fprintf(tool->out, "Would compact the memory of node %u\n", nodes[i]);
        return 0;
}

static int compact(const struct tool *tool, const struct goal *goal)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;
        int r;

        r = numa_nodes(tool->machine.sysfs, &nodes, &n);
        if (r < 0)
                return log_error_errno(r, "cannot find out which nodes there are: %m");
        if (!goal->one_node)
                return compact_these(tool, goal, nodes, n);

        for (size_t i = 0; i < n; i++)
                if (nodes[i] == goal->node)
                        return compact_these(tool, goal, &nodes[i], 1);
        return log_error_errno(ENODEV, "node %u: there is no such node, or it has no memory",
                               goal->node);
}

static int show_progress(const struct grow_progress *progress, void *userdata)
{
        terminal_progress_update(userdata, progress->persistent, progress->target);
        return interrupt_pending() ? log_error_errno(ECANCELED, "interrupted; what was tried has "
                                                                "been undone")
                                   : 0;
}

/* Reserves the pages briefly: nothing else proves that they can be allocated. NODE is kept by the
 * caller. */
static struct reservation_request make_request(const struct goal *goal,
                                               const struct machine_policy *policy,
                                               struct node_amount *node)
{
        struct reservation_request request = {
                .domain = TRIAL_DOMAIN,
                .type = goal->type,
                .size = page_size_default(goal->type),
                .policy = { .existing = EXISTING_ADD, .release = true },
                .machine_policy = *policy,
        };

        *node = (struct node_amount){
                .node = goal->node,
                .amount = { .kind = AMOUNT_PAGES, .value = goal->pages },
        };
        if (goal->one_node)
                request.pages = (struct page_request){
                        .scope = REQUEST_NODES,
                        .nodes = node,
                        .n_nodes = 1,
                };
        else
                request.pages = (struct page_request){
                        .scope = REQUEST_EACH,
                        .amount = node->amount,
                };
        request.machine_policy.defrag = DEFRAG_AUTO;
        return request;
}

static int preview(const struct tool *tool, const struct goal *goal,
                   const struct machine_policy *policy)
{
        _cleanup_allocation_ struct allocation allocation = {};
        struct node_amount node;
        struct reservation_request request = make_request(goal, policy, &node);
        int r = reservation_preview(&tool->machine, &request, &allocation);

        for (size_t i = 0; i < allocation.n_nodes && r >= 0; i++)
                fprintf(tool->out,
                        "node %u: would reserve %" PRIu64 " %s pages, compacting as needed, and "
                        "release them\n",
                        allocation.nodes[i].line.node, allocation.nodes[i].line.asked,
                        page_type_name(goal->type));
        return r;
}

/* Compacts when the pages are not immediately available. */
static int try_pages(const struct tool *tool, const struct goal *goal,
                     const struct machine_policy *policy)
{
        struct node_amount node;
        struct reservation_request request = make_request(goal, policy, &node);
        struct terminal_progress progress;
        char what[64];
        int r;

        snprintf(what, sizeof(what), "%s pages tried", page_type_name(goal->type));
        terminal_progress_begin(&progress, what);
        request.watch = (struct grow_watch){ show_progress, &progress };
        r = reservation_make(&tool->machine, &request);
        terminal_progress_end(&progress);
        return r;
}

static int prove(const struct tool *tool, const struct goal *goal)
{
        _cleanup_close_ int lock = -1;
        struct machine_policy policy;
        int r, released;

        r = policy_load(tool, &policy);
        if (r < 0)
                return r;
        if (goal->dry_run)
                return preview(tool, goal, &policy);
        lock = classic_lock_pools(tool, goal->type);
        if (lock < 0)
                return lock;
        r = release_reservation(&tool->machine, TRIAL_DOMAIN, goal->type);
        if (r < 0)
                return r;

        interrupt_catch();
        log_set_max_level(LOG_NOTICE);
        r = try_pages(tool, goal, &policy);
        released = release_reservation(&tool->machine, TRIAL_DOMAIN, goal->type);
        log_set_max_level(LOG_INFO);
        if (r < 0 || released < 0)
                return r < 0 ? r : released;

        if (goal->one_node)
                fprintf(tool->out, "node %u: ", goal->node);
        else
                fputs("each node: ", tool->out);
        fprintf(tool->out, "%" PRIu64 " %s pages can be allocated\n", goal->pages,
                page_type_name(goal->type));
        return 0;
}

int verb_defrag(struct tool *tool, int argc, char **argv)
{
        struct goal goal;
        int r;

        r = parse_options(tool, argc, argv, &goal);
        if (r < 0)
                return tool_usage(tool, argv[0]);

        r = goal.wanted ? prove(tool, &goal) : compact(tool, &goal);
        return r < 0 ? TOOL_FAILED : TOOL_OK;
}
