/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/size.h"
#include "basic/words/page-size.h"

static const struct {
        uint64_t bytes;
        const char *text;
        const char *option;
} sizes[] = {
        { 64 * KIB, "64K", "64K" }, { 1 * MIB, "1M", "1M" },    { 2 * MIB, "2M", "2M" },
        { 16 * MIB, "16M", "16M" }, { 32 * MIB, "32M", "32M" }, { 512 * MIB, "512M", "512M" },
        { 1 * GIB, "1G", "1024M" }, { 2 * GIB, "2G", "2048M" }, { 16 * GIB, "16G", "16384M" },
};

static void test_texts(void **state)
{
        for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
                struct page_size size = { sizes[i].bytes }, back;

                assert_string_equal(page_size_text(size), sizes[i].text);
                assert_string_equal(page_size_option(size).text, sizes[i].option);
                assert_int_equal(page_size_parse(sizes[i].text, &back), 0);
                assert_true(page_size_equal(back, size));
                assert_int_equal(page_size_parse(sizes[i].option, &back), 0);
                assert_true(page_size_equal(back, size));
        }
}

static void test_refused(void **state)
{
        static const char *const texts[] = { "",         "0",    "3M",
                                             "M",        "-2M",  "2M ",
                                             "2MB",      " 2M",  "2m",
                                             "+2M",      "1.5G", "0x2",
                                             "2P",       "huge", "99999999999999999999",
                                             "16777216T" };
        struct page_size size;

        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                assert_true(page_size_parse(texts[i], &size) < 0);
        assert_int_equal(page_size_parse("2097152", &size), 0);
        assert_int_equal(size.bytes, 2 * MIB);
}

/* Names of what older versions wrote: they must not change. */
static void test_names(void **state)
{
        for_each_pool_type(type)
                assert_string_equal(page_size_name(page_size_default(type)), page_type_name(type));
        assert_string_equal(page_size_name((struct page_size){ 128 * MIB }), "128M");
}

/* As the kernel's documents have them; see page-type.c. */
static void test_machines(void **state)
{
        static const struct {
                const char *machine;
                uint64_t base, huge, gigantic;
        } machines[] = {
                { "x86_64", 4 * KIB, 2 * MIB, GIB },
                { "aarch64", 4 * KIB, 2 * MIB, GIB },
                { "aarch64", 16 * KIB, 32 * MIB, GIB },
                { "aarch64", 64 * KIB, 512 * MIB, 16 * GIB },
                { "riscv64", 4 * KIB, 2 * MIB, GIB },
                { "ppc64le", 64 * KIB, 2 * MIB, GIB },
                { "s390x", 4 * KIB, 1 * MIB, 2 * GIB },
                { "sparc64", 8 * KIB, 0, 0 },
        };

        for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
                const char *machine = machines[i].machine;
                uint64_t base = machines[i].base;

                assert_int_equal(page_type_size_on(machine, base, PAGE_NORMAL), base);
                assert_int_equal(page_type_size_on(machine, base, PAGE_HUGE), machines[i].huge);
                assert_int_equal(page_type_size_on(machine, base, PAGE_GIGANTIC),
                                 machines[i].gigantic);
        }
}

/* What the allocator hands out in one block is no gigantic page to the kernel, whatever we call it. */
static void test_blocks(void **state)
{
        assert_int_equal(page_block_size_on("x86_64", 4 * KIB), 4 * MIB);
        assert_int_equal(page_block_size_on("aarch64", 4 * KIB), 4 * MIB);
        assert_int_equal(page_block_size_on("aarch64", 16 * KIB), 32 * MIB);
        assert_int_equal(page_block_size_on("aarch64", 64 * KIB), 512 * MIB);
        assert_int_equal(page_block_size_on("ppc64le", 64 * KIB), 16 * MIB);
        assert_true(page_size_is_gigantic((struct page_size){ page_block_size() * 2 }));
        assert_false(page_size_is_gigantic((struct page_size){ page_block_size() }));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_texts),  cmocka_unit_test(test_refused),
                cmocka_unit_test(test_names),  cmocka_unit_test(test_machines),
                cmocka_unit_test(test_blocks),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
