/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Amounts, page requests and devices, each line of the input as one: what is read is written so that the same
 * is read again, what is refused comes with a reason. */

#include <string.h>

#include "basic/cleanup.h"
#include "basic/words/device-spec.h"
#include "basic/words/page-request.h"
#include "basic/words/page-type.h"
#include "tests/fuzz/fuzz.h"

#define MEMORY (UINT64_C(1) << 40)

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        return 0;
}

static bool same_amount(const struct amount *a, const struct amount *b)
{
        return a->kind == b->kind && a->value == b->value && a->ceiling.set == b->ceiling.set &&
               a->ceiling.kind == b->ceiling.kind && a->ceiling.value == b->ceiling.value;
}

static void check_amount(const char *text)
{
        _cleanup_free_ char *canonical = NULL;
        const char *reason = NULL;
        struct amount amount, again;

        if (amount_parse(text, &amount, &reason) < 0) {
                require(reason && *reason);
                return;
        }

        require(amount.kind != AMOUNT_PERCENT || amount.value <= 10000);
        require(!amount.ceiling.set ||
                (amount.kind == AMOUNT_PERCENT && amount.ceiling.value > 0));
        require(amount_format(&amount, &canonical) >= 0);
        require(amount_parse(canonical, &again, &reason) >= 0);
        require(same_amount(&amount, &again));
}

/* A request that is read is one whose bytes can be counted, on any machine. */
static void check_request(const struct page_request *request, uint64_t page_size)
{
        uint64_t pages, bytes;

        for (size_t i = 0; i < request->n_nodes; i++)
                require(i == 0 || request->nodes[i - 1].node < request->nodes[i].node);
        require((request->scope == REQUEST_NODES) == (request->n_nodes > 0));

        if (page_request_is_fixed(request, page_size, &pages))
                require(!__builtin_mul_overflow(pages, page_size, &bytes));
        if (request->scope == REQUEST_EACH && request->amount.kind == AMOUNT_PERCENT)
                require(amount_pages(&request->amount, page_size, MEMORY) <= MEMORY / page_size);
}

static void require_same(const struct page_request *a, const struct page_request *b)
{
        require(a->scope == b->scope && a->n_nodes == b->n_nodes);
        if (a->scope >= REQUEST_EACH)
                require(same_amount(&a->amount, &b->amount));
        for (size_t i = 0; i < a->n_nodes; i++) {
                require(a->nodes[i].node == b->nodes[i].node);
                require(same_amount(&a->nodes[i].amount, &b->nodes[i].amount));
        }
}

static void check_text(const char *text, uint64_t page_size)
{
        _cleanup_(page_request_done) struct page_request request = {}, again = {};
        _cleanup_free_ char *reason = NULL, *canonical = NULL;

        if (page_request_parse(text, page_size, &request, &reason) < 0) {
                require(reason && *reason);
                return;
        }

        require(!reason);
        if (page_size > 0)
                check_request(&request, page_size);
        require(page_request_format(&request, &canonical) >= 0);
        require(page_request_parse(canonical, page_size, &again, &reason) >= 0);
        require_same(&request, &again);
}

static void check_devices(const char *text)
{
        _cleanup_(device_list_done) struct device_list list = {}, again = {};
        _cleanup_free_ char *reason = NULL, *canonical = NULL;

        if (device_list_parse(text, &list, &reason) < 0) {
                require(reason && *reason && list.n == 0);
                return;
        }

        require(!reason);
        require(device_list_format(&list, &canonical) >= 0);
        require(!canonical == (list.n == 0));
        require(device_list_parse(canonical ?: "", &again, &reason) >= 0);
        require(again.n == list.n);
        for (size_t i = 0; i < list.n; i++)
                require(strcmp(list.specs[i].text, again.specs[i].text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        _cleanup_free_ char *text = fuzz_string(data, size);
        char *rest = text, *line;

        while ((line = strsep(&rest, "\n"))) {
                check_amount(line);
                check_text(line, page_type_size(PAGE_HUGE));
                check_text(line, page_type_size(PAGE_GIGANTIC));
                check_text(line, /* page_size= */ 0);
                check_devices(line);
        }
        return 0;
}
