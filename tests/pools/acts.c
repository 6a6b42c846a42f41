/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pools/acts.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"

struct machine machine;

int acts_setup(void **state)
{
        fake_machine_open(&machine);
        return 0;
}

int acts_teardown(void **state)
{
        fake_machine_close(&machine);
        return 0;
}

struct reservation_request request_for(const char *domain, const char *pages)
{
        struct reservation_request request = {
                .domain = domain,
                .type = PAGE_HUGE,
                .size = page_size_default(PAGE_HUGE),
                .policy = { .existing = EXISTING_ADOPT, .release = true },
        };
        char *reason = NULL;

        assert_int_equal(
                page_request_parse(pages, page_type_size(PAGE_HUGE), &request.pages, &reason), 0);
        return request;
}

int make(struct reservation_request request)
{
        int r = reservation_make(&machine, &request);

        page_request_done(&request.pages);
        return r;
}

int reserve(const char *domain, const char *pages)
{
        return make(request_for(domain, pages));
}

void assert_pools(uint64_t node0, uint64_t node2)
{
        assert_int_equal(fake_pool(&machine, 0, PAGE_HUGE), node0);
        assert_int_equal(fake_pool(&machine, 2, PAGE_HUGE), node2);
}

void assert_record(const char *domain, unsigned node, uint64_t asked, uint64_t adopted,
                   uint64_t added)
{
        _cleanup_reservation_ struct ledger_reservation record = {};
        bool found = false;

        assert_int_equal(ledger_load_reservation(&machine, domain, PAGE_HUGE, &record), 0);
        for (size_t i = 0; i < record.n_nodes; i++) {
                if (record.nodes[i].node != node)
                        continue;
                found = true;
                assert_int_equal(record.nodes[i].asked, asked);
                assert_int_equal(record.nodes[i].adopted, adopted);
                assert_int_equal(record.nodes[i].added, added);
                assert_false(record.nodes[i].pending);
        }
        assert_true(found);
}

void assert_no_record(const char *domain)
{
        struct ledger_reservation record;

        assert_int_equal(ledger_load_reservation(&machine, domain, PAGE_HUGE, &record), -ENOENT);
}

void write_record(const char *path, const char *text, size_t size)
{
        _cleanup_close_ int fd = openat(machine.state, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, size), size);
}
