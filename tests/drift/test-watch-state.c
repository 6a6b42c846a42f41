/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the watch keeps from one look to the next. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/drift/watch-state.h"
#include "tests/pools/acts.h"

static void fill(struct watch_state *watched)
{
        const struct drift pool = { .kind = DRIFT_POOL,
                                    .domain = (char *) "a",
                                    .has_type = true,
                                    .type = PAGE_HUGE,
                                    .has_node = true,
                                    .node = 1,
                                    .recorded = 8,
                                    .there = 3 };
        struct drift theft = pool;

        theft.kind = DRIFT_CLAIM;
        watched->said = calloc(2, sizeof(char *));
        watched->said[0] = drift_key(&pool);
        watched->n_said = 1;
        watched->claims = strdup("huge:1:8:8:3:5");
        assert_int_equal(drift_add(&watched->thefts, &theft, "node 1: %s", "taken, by pid 7"), 0);
        watch_state_repairs(watched, "a:huge")->n = 2;
        watch_state_repairs(watched, "b:gigantic")->given_up = true;
}

static void test_round_trip(void **state)
{
        _cleanup_watch_state_ struct watch_state in = {}, out = {};

        fill(&in);
        assert_int_equal(watch_state_store(&machine, &in), 0);
        assert_int_equal(watch_state_load(&machine, &out), 0);
        assert_int_equal(out.n_said, 1);
        assert_string_equal(out.said[0], "a pool huge 1 3");
        assert_true(watch_state_has_said(&out, "a pool huge 1 3"));
        assert_false(watch_state_has_said(&out, "a pool huge 1 4"));
        assert_string_equal(out.claims, "huge:1:8:8:3:5");
        assert_int_equal(out.thefts.n, 1);
        assert_int_equal(out.thefts.items[0].kind, DRIFT_CLAIM);
        assert_int_equal(out.thefts.items[0].recorded, 8);
        assert_int_equal(out.thefts.items[0].there, 3);
        assert_string_equal(out.thefts.items[0].text, "node 1: taken, by pid 7");
        assert_int_equal(out.n_repairs, 2);
        assert_int_equal(watch_state_repairs(&out, "a:huge")->n, 2);
        assert_true(watch_state_repairs(&out, "b:gigantic")->given_up);
        assert_int_equal(out.n_repairs, 2);
}

/* Of another boot, or not understood: nothing was said, and nothing repaired. */
static void test_forgotten(void **state)
{
        _cleanup_watch_state_ struct watch_state in = {}, out = {};

        fill(&in);
        assert_int_equal(watch_state_store(&machine, &in), 0);
        fake_boot(&machine, "00000000-1111-2222-3333-444444444444");
        assert_int_equal(watch_state_load(&machine, &out), 0);
        assert_int_equal(out.n_said + out.n_repairs + out.thefts.n, 0);
        assert_null(out.claims);
}

static void test_not_understood(void **state)
{
        static const char *const lines[] = {
                "said",           "theft=a huge 1 8 3",     "theft=a small 1 8 3 text",
                "repairs=a:huge", "repairs=a:huge 2 maybe", "repairs=a:huge 2 yes more",
        };

        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                _cleanup_watch_state_ struct watch_state out = {};
                _cleanup_free_ char *text = NULL;

                assert_true(asprintf(&text, "version=2\nboot=b\n%s\nend\n", lines[i]) > 0);
                assert_int_equal(watch_state_parse(text, "x", "b", &out), -EBADMSG);
        }
}

/* Nothing to keep leaves no file, and the same is not written again. */
static void test_file(void **state)
{
        _cleanup_watch_state_ struct watch_state watched = {}, none = {};
        struct stat first, second;

        assert_int_equal(watch_state_store(&machine, &none), 0);
        assert_int_equal(fstatat(machine.state, "watch/state", &first, 0), -1);
        fill(&watched);
        assert_int_equal(watch_state_store(&machine, &watched), 0);
        assert_int_equal(fstatat(machine.state, "watch/state", &first, 0), 0);
        assert_int_equal(watch_state_store(&machine, &watched), 0);
        assert_int_equal(fstatat(machine.state, "watch/state", &second, 0), 0);
        assert_int_equal(first.st_ino, second.st_ino);
        assert_int_equal(watch_state_store(&machine, &none), 0);
        assert_int_equal(fstatat(machine.state, "watch/state", &first, 0), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_round_trip),
                TEST(test_forgotten),
                TEST(test_not_understood),
                TEST(test_file),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
