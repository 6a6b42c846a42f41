/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/size.h"
#include "basic/words/page-request.h"

static void test_amount(void **state)
{
        static const struct {
                const char *text;
                enum amount_kind kind;
                uint64_t value;
                const char *canonical; /* NULL: TEXT itself */
        } cases[] = {
                { "0", AMOUNT_PAGES, 0, NULL },
                { "512", AMOUNT_PAGES, 512, NULL },
                { "007", AMOUNT_PAGES, 7, "7" },
                { "18446744073709551615", AMOUNT_PAGES, UINT64_MAX, NULL },
                { "0G", AMOUNT_BYTES, 0, "0B" },
                { "1B", AMOUNT_BYTES, 1, NULL },
                { "4K", AMOUNT_BYTES, 4096, NULL },
                { "1024K", AMOUNT_BYTES, MIB, "1M" },
                { "1536M", AMOUNT_BYTES, 1536 * MIB, NULL },
                { "16G", AMOUNT_BYTES, 16 * GIB, NULL },
                { "16g", AMOUNT_BYTES, 16 * GIB, "16G" },
                { "2T", AMOUNT_BYTES, 2048 * GIB, NULL },
                { "16777215T", AMOUNT_BYTES, UINT64_C(16777215) << 40, NULL },
                { "0%", AMOUNT_PERCENT, 0, NULL },
                { "25%", AMOUNT_PERCENT, 2500, NULL },
                { "12.5%", AMOUNT_PERCENT, 1250, NULL },
                { "12.50%", AMOUNT_PERCENT, 1250, "12.5%" },
                { "12.05%", AMOUNT_PERCENT, 1205, NULL },
                { "100%", AMOUNT_PERCENT, 10000, NULL },
                { "100.00%", AMOUNT_PERCENT, 10000, "100%" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *text = NULL;
                const char *reason;
                struct amount amount;

                assert_int_equal(amount_parse(cases[i].text, &amount, &reason), 0);
                assert_int_equal(amount.kind, cases[i].kind);
                assert_int_equal(amount.value, cases[i].value);
                assert_int_equal(amount_format(&amount, &text), 0);
                assert_string_equal(text, cases[i].canonical ?: cases[i].text);
        }
}

/* "25%<64G": at most so much on each node. */
static void test_ceiling(void **state)
{
        static const struct {
                const char *text;
                enum amount_kind kind;
                uint64_t value;
                const char *canonical; /* NULL: TEXT itself */
        } cases[] = {
                { "25%<64G", AMOUNT_BYTES, 64 * GIB, NULL },
                { "25%<65536m", AMOUNT_BYTES, 64 * GIB, "25%<64G" },
                { "12.50%<8", AMOUNT_PAGES, 8, "12.5%<8" },
                { "100%<1B", AMOUNT_BYTES, 1, NULL },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *text = NULL;
                const char *reason;
                struct amount amount;

                assert_int_equal(amount_parse(cases[i].text, &amount, &reason), 0);
                assert_int_equal(amount.kind, AMOUNT_PERCENT);
                assert_true(amount.ceiling.set);
                assert_int_equal(amount.ceiling.kind, cases[i].kind);
                assert_int_equal(amount.ceiling.value, cases[i].value);
                assert_int_equal(amount_format(&amount, &text), 0);
                assert_string_equal(text, cases[i].canonical ?: cases[i].text);
        }
}

static void test_ceiling_refused(void **state)
{
        static const struct {
                const char *text;
                const char *reason; /* a part of it */
        } cases[] = {
                { "16G<64G", "fixed amount with a ceiling" },
                { "512<1024", "fixed amount with a ceiling" },
                { "25%<", "ceiling that is not a number of pages or a size" },
                { "25%<50%", "ceiling that is not a number of pages or a size" },
                { "25%<64G<32G", "ceiling that is not a number of pages or a size" },
                { "25%<0", "ceiling of nothing" },
                { "25%<0G", "ceiling of nothing" },
                { "25%< 64G", "ceiling that is not a number of pages or a size" },
                { "25% <64G", "is not a number of pages, a size or a percentage" },
                { "<64G", "is not a number of pages" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct amount amount = { .value = 77 };
                const char *reason = NULL;

                assert_int_equal(amount_parse(cases[i].text, &amount, &reason), -EINVAL);
                if (!strstr(reason, cases[i].reason))
                        fail_msg("'%s': \"%s\" lacks \"%s\"", cases[i].text, reason,
                                 cases[i].reason);
                assert_int_equal(amount.value, 77);
        }
}

static void test_amount_refused(void **state)
{
        static const struct {
                const char *text;
                int error;
        } cases[] = {
                { "", -EINVAL },
                { " 1", -EINVAL },
                { "1 ", -EINVAL },
                { "-1", -EINVAL },
                { "+1", -EINVAL },
                { "0x10", -EINVAL },
                { "1e3", -EINVAL },
                { "G", -EINVAL },
                { "%", -EINVAL },
                { "16GiB", -EINVAL },
                { "1.5G", -EINVAL },
                { "1P", -EINVAL },
                { "25%%", -EINVAL },
                { "25.%", -EINVAL },
                { ".5%", -EINVAL },
                { "25.125%", -EINVAL },
                { "25.5", -EINVAL },
                { "18446744073709551616", -ERANGE },
                { "99999999999999999999999", -ERANGE },
                { "16777216T", -ERANGE },
                { "101%", -ERANGE },
                { "100.01%", -ERANGE },
                { "18446744073709551615%", -ERANGE },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct amount amount = { .kind = 77, .value = 77 };
                const char *reason = NULL;

                assert_int_equal(amount_parse(cases[i].text, &amount, &reason), cases[i].error);
                assert_non_null(reason);
                assert_int_equal(amount.kind, 77);
                assert_int_equal(amount.value, 77);
        }
}

static void test_amount_pages(void **state)
{
        struct amount pages = { AMOUNT_PAGES, 5 }, bytes = { AMOUNT_BYTES, 16 * GIB };
        struct amount quarter = { AMOUNT_PERCENT, 2500 }, all = { AMOUNT_PERCENT, 10000 };
        struct amount none = { AMOUNT_PERCENT, 0 }, third = { AMOUNT_PERCENT, 3333 };
        struct amount in_bytes = { AMOUNT_PERCENT, 2500, { true, AMOUNT_BYTES, 4 * GIB } };
        struct amount in_pages = { AMOUNT_PERCENT, 2500, { true, AMOUNT_PAGES, 3 } };

        assert_int_equal(amount_pages(&pages, 2 * MIB, 0), 5);
        assert_int_equal(amount_pages(&bytes, 2 * MIB, 0), 8192);
        assert_int_equal(amount_pages(&quarter, GIB, 15 * GIB), 3); /* rounded down */
        assert_int_equal(amount_pages(&all, 2 * MIB, 3 * GIB + 1), 1536);
        assert_int_equal(amount_pages(&none, 2 * MIB, 3 * GIB), 0);
        assert_int_equal(amount_pages(&third, 1, 10000), 3333);
        assert_int_equal(amount_pages(&third, 1, 10001), 3333);
        assert_int_equal(amount_pages(&all, 1, UINT64_MAX), UINT64_MAX); /* no overflow */

        assert_int_equal(amount_pages(&in_bytes, GIB, 15 * GIB), 3);
        assert_int_equal(amount_pages(&in_bytes, GIB, 16 * GIB), 4);
        assert_int_equal(amount_pages(&in_bytes, GIB, 1024 * GIB), 4);
        assert_int_equal(amount_pages(&in_bytes, 2 * MIB, 1024 * GIB), 2048);
        assert_int_equal(amount_pages(&in_pages, GIB, 8 * GIB), 2);
        assert_int_equal(amount_pages(&in_pages, GIB, 1024 * GIB), 3);
}

static void test_request(void **state)
{
        static const struct {
                const char *text;
                enum request_scope scope;
                const char *canonical; /* NULL: TEXT itself */
                int64_t pages;         /* -1: not known without the hardware */
        } cases[] = {
                { "no", REQUEST_NONE, NULL, 0 },
                { "False", REQUEST_NONE, "no", 0 },
                { "yes", REQUEST_MOUNT, NULL, 0 },
                { "ON", REQUEST_MOUNT, "yes", 0 },
                { "1", REQUEST_TOTAL, NULL, 1 },
                { "0", REQUEST_TOTAL, NULL, 0 },
                { "16", REQUEST_TOTAL, NULL, 16 },
                { "16G", REQUEST_TOTAL, NULL, 8192 },
                { "25%", REQUEST_EACH, "each:25%", -1 },
                { "each:8", REQUEST_EACH, NULL, -1 },
                { "Each:25%", REQUEST_EACH, "each:25%", -1 },
                { "each:2G", REQUEST_EACH, NULL, -1 },
                { "0:8,1:8", REQUEST_NODES, NULL, 16 },
                { "2:1,0:2", REQUEST_NODES, "0:2,2:1", 3 },
                { " 0:8 ,\t1:1G", REQUEST_NODES, "0:8,1:1G", 520 },
                { "0:25%,3:4", REQUEST_NODES, NULL, -1 },
                { "25%<64G", REQUEST_EACH, "each:25%<64G", -1 },
                { "each:25%<512", REQUEST_EACH, NULL, -1 },
                { "0:25%<64G,3:4", REQUEST_NODES, NULL, -1 },
                { "1023:1", REQUEST_NODES, NULL, 1 },
                { "near:8", REQUEST_NEAR, NULL, -1 },
                { "Near:25%<64G", REQUEST_NEAR, "near:25%<64G", -1 },
                { "device:2G", REQUEST_DEVICE, NULL, -1 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *reason = NULL, *text = NULL;
                struct page_request request;
                uint64_t pages = 77;

                assert_int_equal(page_request_parse(cases[i].text, 2 * MIB, &request, &reason), 0);
                assert_int_equal(request.scope, cases[i].scope);
                assert_int_equal(page_request_is_fixed(&request, 2 * MIB, &pages),
                                 cases[i].pages >= 0);
                assert_int_equal(pages, cases[i].pages >= 0 ? cases[i].pages : 77);
                assert_int_equal(page_request_format(&request, &text), 0);
                assert_string_equal(text, cases[i].canonical ?: cases[i].text);
                page_request_done(&request);
        }
}

static void test_request_refused(void **state)
{
        static const struct {
                const char *text;
                const char *reason; /* a part of it */
        } cases[] = {
                { "", "no amount" },
                { "many", "'many' is not a number" },
                { "3M", "multiple of the page size, 2048 KiB" },
                { "0:3M", "'3M' is not a multiple" },
                { "0:8,0:8", "node 0 is named twice" },
                { "0:8,1", "'1' has no node" },
                { "4,8", "'4' has no node" },
                { "0:8,", "comma" },
                { ",0:8", "comma" },
                { "0:8,,1:8", "comma" },
                { "0:", "after a colon" },
                { "each:", "after a colon" },
                { ":8", "no node before the colon" },
                { "0:1:2", "'1:2'" },
                { "x:1", "'x' is not a node" },
                { "-1:1", "'-1' is not a node" },
                { "1024:1", "node '1024' is above" },
                { "4294967296:1", "above" },
                { "each:4,0:1", "'each:' cannot be combined" },
                { "0:1,each:4", "'each:' cannot be combined" },
                { "near:4,0:1", "'near:' cannot be combined" },
                { "0:1,device:4", "'device:' cannot be combined" },
                { "near:", "after a colon" },
                { "near:4:4", "'4:4' is not a number" },
                { "device:3M", "multiple of the page size" },
                { "devices:4", "'devices' is not a node" },
                { "near", "'near' is not a number" },
                { "0:yes", "'yes' is not a number" },
                { "8796093022208", "too many" },
                { "0:4398046511104,1:4398046511104", "total over all nodes" },
                { "99999999999999999999", "too large" },
                { "512:2M:4", "'2M:4'" },
                { "each:8<16", "'8<16' is a fixed amount" },
                { "0:25%<3M", "'3M' is not a multiple" },
                { "25%<8796093022208", "'8796093022208' pages of 2048 KiB are too many" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *reason = NULL;
                struct page_request request = { .n_nodes = 77 };

                assert_true(page_request_parse(cases[i].text, 2 * MIB, &request, &reason) < 0);
                assert_non_null(reason);
                if (!strstr(reason, cases[i].reason))
                        fail_msg("'%s': \"%s\" lacks \"%s\"", cases[i].text, reason,
                                 cases[i].reason);
                assert_int_equal(request.n_nodes, 77);
        }
}

static void test_request_without_pages(void **state)
{
        struct page_request request;
        _cleanup_free_ char *reason = NULL;

        assert_int_equal(page_request_parse("no", 0, &request, &reason), 0);
        assert_int_equal(request.scope, REQUEST_NONE);
        assert_int_equal(page_request_parse("4", 0, &request, &reason), -EOPNOTSUPP);
        assert_non_null(strstr(reason, "this architecture"));
}

/* Whatever is accepted must be read back as itself; nothing may crash. */
static void test_random_requests(void **state)
{
        static const char alphabet[] = "0123456789::,,..%%<<KMGTeachysno -";
        unsigned seed = 1, accepted = 0;

        for (int i = 0; i < 200000; i++) {
                _cleanup_free_ char *reason = NULL, *first = NULL, *second = NULL;
                struct page_request request, again;
                char text[12];
                int n = rand_r(&seed) % (int) sizeof(text);

                for (int k = 0; k < n; k++)
                        text[k] = alphabet[rand_r(&seed) % (int) (sizeof(alphabet) - 1)];
                text[n] = '\0';

                if (page_request_parse(text, 4096, &request, &reason) < 0) {
                        assert_non_null(reason);
                        continue;
                }
                accepted++;
                assert_int_equal(page_request_format(&request, &first), 0);
                assert_int_equal(page_request_parse(first, 4096, &again, &reason), 0);
                assert_int_equal(page_request_format(&again, &second), 0);
                assert_string_equal(first, second);
                page_request_done(&request);
                page_request_done(&again);
        }
        assert_true(accepted > 1000);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_amount),
                cmocka_unit_test(test_amount_refused),
                cmocka_unit_test(test_ceiling),
                cmocka_unit_test(test_ceiling_refused),
                cmocka_unit_test(test_amount_pages),
                cmocka_unit_test(test_request),
                cmocka_unit_test(test_request_refused),
                cmocka_unit_test(test_request_without_pages),
                cmocka_unit_test(test_random_requests),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
