/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tool/difference-acts.h"

struct domain domain;
struct node_amount asked;
struct mount_layout layout;
struct live_domain live;
struct owner owner;
struct forecast_domain forecast;
struct forecast_node node;
struct comparison comparison;

static char normal_options[] = "rw,relatime,nosuid,nodev,rw,size=65536k,mode=700,inode64";
char huge_options[] = "rw,relatime,rw,pagesize=2M,min_size=20971520";
static char unclaimed_options[] = "rw,relatime,rw,pagesize=2M";

static struct live_owner as_declared(void)
{
        return (struct live_owner){ .known = true, .owner = { 7, 8 }, .mode = 0750 };
}

/* Everything is as it should be: 10 claimed huge pages on node 0, a tmpfs of 64 MiB. */
int difference_setup(void **state)
{
        asked = (struct node_amount){ 0, { AMOUNT_PAGES, 10 } };
        domain = (struct domain){
                .name = (char *) "a",
                .path = (char *) "/mnt/a",
                .user = (char *) "7",
                .mode = 0750,
                .request = { [PAGE_HUGE] = { REQUEST_NODES, &asked, 1, {} } },
                .normal = NORMAL_SIZE,
                .normal_size = { AMOUNT_BYTES, 64 * MIB },
                .mounts = true,
                .policy = { .release = true },
                .boot = true,
        };
        layout = (struct mount_layout){
                .domain = &domain,
                .mount = { [PAGE_NORMAL] = MOUNT_OURS, [PAGE_HUGE] = MOUNT_OURS },
        };
        live = (struct live_domain){
                .name = (char *) "a",
                .path = (char *) "/mnt/a",
                .recorded = { [PAGE_NORMAL] = true, [PAGE_HUGE] = true },
                .mount = {
                        [PAGE_NORMAL] = { true, true, 1, normal_options, 0, as_declared() },
                        [PAGE_HUGE] = { true, true, 2, huge_options, 0, as_declared() },
                },
                .base = as_declared(),
                .reserved = { [PAGE_HUGE] = true },
                .release = { [PAGE_HUGE] = true },
                .pages = { [PAGE_HUGE] = 10 },
                .added = { [PAGE_HUGE] = 10 },
        };
        owner = (struct owner){ 7, 8 };
        node = (struct forecast_node){ .plan.line = { .asked = 10, .added = 10 } };
        forecast = (struct forecast_domain){
                .domain = &domain,
                .up = true,
                .type = { [PAGE_HUGE] = { .wanted = true, .nodes = &node, .n_nodes = 1 } },
        };
        comparison = (struct comparison){
                .layout = &layout,
                .live = &live,
                .owner = &owner,
                .forecast = &forecast,
                .memory = 8192 * MIB,
                .boot_known = true,
                .boot = true,
        };
        return 0;
}

/* The differences in one line, "Mode apply in place; ", and what it comes to. */
void expect(enum remedy remedy, const char *expected)
{
        _cleanup_differences_ struct differences list = {};
        char text[512] = "";

        assert_int_equal(differences_find(&comparison, &list), 0);
        for (size_t i = 0; i < list.n; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s %s",
                         i > 0 ? "; " : "", list.items[i].key,
                         list.items[i].remedy < REMEDY_START ? "in place"
                                                             : remedy_verb(list.items[i].remedy));
        assert_string_equal(text, expected);
        assert_int_equal(differences_remedy(&list), remedy);
}

void grow(uint64_t pages)
{
        node.plan.line.asked = pages;
        node.plan.add = pages > 10 ? pages - 10 : 0;
        node.plan.give_back = pages < 10 ? 10 - pages : 0;
        asked.amount.value = pages;
}

void make_unclaimed(void)
{
        domain.claim[PAGE_HUGE].scope = CLAIM_NONE;
        live.mount[PAGE_HUGE].options = unclaimed_options;
}
