/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/page-request.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "basic/parse.h"
#include "basic/words/node.h"

#define BLANKS " \t"

/* The words that appear before the colon instead of a node. */
static const struct {
        const char *word;
        enum request_scope scope;
} scopes[] = {
        { "each", REQUEST_EACH },
        { "near", REQUEST_NEAR },
        { "device", REQUEST_DEVICE },
};

/* The scope of the word of LENGTH bytes at TEXT, or -EINVAL. */
static int scope_parse(const char *text, size_t length)
{
        for (size_t i = 0; i < ELEMENTSOF(scopes); i++)
                if (strlen(scopes[i].word) == length &&
                    strncasecmp(text, scopes[i].word, length) == 0)
                        return (int) scopes[i].scope;
        return -EINVAL;
}

static const char *scope_word(enum request_scope scope)
{
        for (size_t i = 0; i < ELEMENTSOF(scopes); i++)
                if (scopes[i].scope == scope)
                        return scopes[i].word;
        return NULL;
}

void page_request_done(struct page_request *request)
{
        free(request->nodes);
        *request = (struct page_request){};
}

#define _cleanup_request_ _cleanup_(page_request_done)

static int page_amount_parse(const char *text, uint64_t page_size, struct amount *ret,
                             char **ret_reason)
{
        const char *phrase;
        struct amount amount;
        int r;

        if (*text == '\0')
                return refuse(ret_reason, -EINVAL, "there is no amount after a colon");

        r = amount_parse(text, &amount, &phrase);
        if (r < 0)
                return refuse(ret_reason, r, "'%s' %s", text, phrase);

        r = page_amount_check(text, amount.kind, amount.value, page_size, ret_reason);
        if (r >= 0 && amount.ceiling.set)
                r = page_amount_check(strchr(text, '<') + 1, amount.ceiling.kind,
                                      amount.ceiling.value, page_size, ret_reason);
        if (r < 0)
                return r;

        *ret = amount;
        return 0;
}

static int node_parse(const char *text, unsigned *ret, char **ret_reason)
{
        unsigned value = 0;

        for (const char *p = text; *p; p++) {
                if (!isdigit((unsigned char) *p))
                        return refuse(ret_reason, -EINVAL,
                                      "'%s' is not a node number; write NODE:AMOUNT, each:AMOUNT, "
                                      "near:AMOUNT or device:AMOUNT",
                                      text);
                value = value * 10 + (unsigned) (*p - '0');
                if (value > NODE_MAX)
                        return refuse(ret_reason, -ERANGE,
                                      "node '%s' is above the largest that Linux can have, %u",
                                      text, NODE_MAX);
        }

        *ret = value;
        return 0;
}

/* Cuts the text from *CURSOR to the next comma out as a string without blanks around it; NULL at
 * the end. */
static char *next_item(char **cursor)
{
        char *item = strsep(cursor, ",");
        size_t n;

        if (!item)
                return NULL;

        item += strspn(item, BLANKS);
        for (n = strlen(item); n > 0 && strchr(BLANKS, item[n - 1]); n--)
                item[n - 1] = '\0';
        return item;
}

/* Inserts in ascending order of nodes; -EEXIST if the node is there already. */
static int add_node(struct page_request *request, const struct node_amount *entry)
{
        struct node_amount *nodes;
        size_t i = request->n_nodes;

        for (size_t k = 0; k < request->n_nodes; k++)
                if (request->nodes[k].node == entry->node)
                        return -EEXIST;

        nodes = reallocarray(request->nodes, request->n_nodes + 1, sizeof(*nodes));
        if (!nodes)
                return -ENOMEM;
        request->nodes = nodes;

        for (; i > 0 && nodes[i - 1].node > entry->node; i--)
                nodes[i] = nodes[i - 1];
        nodes[i] = *entry;
        request->n_nodes++;
        return 0;
}

/* ITEM is "NODE:AMOUNT". */
static int add_item(struct page_request *request, char *item, uint64_t page_size, char **ret_reason)
{
        struct node_amount entry;
        char *colon = strchr(item, ':');
        int r;

        if (!colon)
                return refuse(ret_reason, -EINVAL,
                              "'%s' has no node; write NODE:AMOUNT for every node, as in 0:8,1:8",
                              item);
        *colon = '\0';
        if (scope_parse(item, strlen(item)) >= 0)
                return refuse(
                        ret_reason, -EINVAL,
                        "'%s:' cannot be combined with other items; write either %s:AMOUNT or a "
                        "list of NODE:AMOUNT",
                        item, item);
        if (*item == '\0')
                return refuse(ret_reason, -EINVAL,
                              "':%s' has no node before the colon; write NODE:AMOUNT", colon + 1);

        r = node_parse(item, &entry.node, ret_reason);
        if (r < 0)
                return r;
        r = page_amount_parse(colon + 1, page_size, &entry.amount, ret_reason);
        if (r < 0)
                return r;

        r = add_node(request, &entry);
        if (r == -EEXIST)
                return refuse(ret_reason, -EINVAL, "node %u is named twice", entry.node);
        return r;
}

static int nodes_parse(char *text, uint64_t page_size, struct page_request *request,
                       char **ret_reason)
{
        uint64_t sum = 0, pages, bytes;
        char *item;
        int r;

        request->scope = REQUEST_NODES;
        while ((item = next_item(&text))) {
                if (*item == '\0')
                        return refuse(ret_reason, -EINVAL,
                                      "there is nothing before or after a comma");
                r = add_item(request, item, page_size, ret_reason);
                if (r < 0)
                        return r;
        }

        for (size_t i = 0; i < request->n_nodes; i++) {
                pages = amount_pages(&request->nodes[i].amount, page_size, 0);
                if (__builtin_add_overflow(sum, pages, &sum) ||
                    __builtin_mul_overflow(sum, page_size, &bytes))
                        return refuse(ret_reason, -ERANGE, "the total over all nodes is too large");
        }
        return 0;
}

static int request_parse(char *text, uint64_t page_size, struct page_request *request,
                         char **ret_reason)
{
        int r;

        if (*text == '\0')
                return refuse(ret_reason, -EINVAL,
                              "there is no amount; write yes, no, a number of pages, a size, a "
                              "percentage, or NODE:AMOUNT,...");
        r = isdigit((unsigned char) *text) ? -EINVAL : boolean_parse(text);
        if (r >= 0) {
                request->scope = r > 0 ? REQUEST_MOUNT : REQUEST_NONE;
                return 0;
        }
        if (page_size == 0)
                return refuse(ret_reason, -EOPNOTSUPP,
                              "this architecture has no pages of this type; write no");
        r = scope_parse(text, strcspn(text, ":"));
        if (r >= 0 && strchr(text, ':') && !strchr(text, ',')) {
                request->scope = (enum request_scope) r;
                return page_amount_parse(strchr(text, ':') + 1, page_size, &request->amount,
                                         ret_reason);
        }
        if (strpbrk(text, ":,"))
                return nodes_parse(text, page_size, request, ret_reason);

        r = page_amount_parse(text, page_size, &request->amount, ret_reason);
        if (r < 0)
                return r;
        request->scope = request->amount.kind == AMOUNT_PERCENT ? REQUEST_EACH : REQUEST_TOTAL;
        return 0;
}

int page_request_parse(const char *text, uint64_t page_size, struct page_request *ret,
                       char **ret_reason)
{
        _cleanup_request_ struct page_request request = {};
        _cleanup_free_ char *copy = strdup(text), *reason = NULL;
        int r;

        if (!copy)
                return refuse(ret_reason, -ENOMEM, "out of memory");

        r = request_parse(copy, page_size, &request, &reason);
        if (r < 0) {
                *ret_reason = TAKE_PTR(reason);
                return r;
        }

        *ret = request;
        request = (struct page_request){};
        return 0;
}

static int node_list_format(const struct page_request *request, char **ret)
{
        _cleanup_free_ char *list = strdup("");

        for (size_t i = 0; i < request->n_nodes && list; i++) {
                _cleanup_free_ char *amount = NULL, *before = TAKE_PTR(list);

                if (amount_format(&request->nodes[i].amount, &amount) < 0)
                        return -ENOMEM;
                if (asprintf(&list, "%s%s%u:%s", before, i > 0 ? "," : "", request->nodes[i].node,
                             amount) < 0)
                        list = NULL;
        }
        if (!list)
                return -ENOMEM;

        *ret = TAKE_PTR(list);
        return 0;
}

int page_request_format(const struct page_request *request, char **ret)
{
        _cleanup_free_ char *amount = NULL;
        char *text;

        if (request->scope == REQUEST_NODES)
                return node_list_format(request, ret);

        if (request->scope == REQUEST_NONE || request->scope == REQUEST_MOUNT) {
                text = strdup(request->scope == REQUEST_NONE ? "no" : "yes");
        } else {
                if (amount_format(&request->amount, &amount) < 0)
                        return -ENOMEM;
                if (request->scope == REQUEST_TOTAL)
                        text = TAKE_PTR(amount);
                else if (asprintf(&text, "%s:%s", scope_word(request->scope), amount) < 0)
                        text = NULL;
        }
        if (!text)
                return -ENOMEM;

        *ret = text;
        return 0;
}

bool page_request_is_fixed(const struct page_request *request, uint64_t page_size,
                           uint64_t *ret_pages)
{
        uint64_t pages = 0;

        if (request->scope == REQUEST_EACH || page_request_is_near(request) ||
            (request->scope == REQUEST_TOTAL && request->amount.kind == AMOUNT_PERCENT))
                return false;
        if (request->scope == REQUEST_TOTAL)
                pages = amount_pages(&request->amount, page_size, 0);

        for (size_t i = 0; i < request->n_nodes; i++) {
                if (request->nodes[i].amount.kind == AMOUNT_PERCENT)
                        return false;
                pages += amount_pages(&request->nodes[i].amount, page_size, 0);
        }

        *ret_pages = pages;
        return true;
}
