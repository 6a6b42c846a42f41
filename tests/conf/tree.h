/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A root directory for one test, with the configuration that the test writes into it. */

#include <stddef.h>

#include "conf/keys/model.h"

struct tree {
        char *path;
        int fd;
        struct config config; /* of the last tree_load() */
        char *problems;       /* its reports, one per line: "E FILE:LINE: MESSAGE" or "W ..." */
        size_t n_problems;
};

/* cmocka's setup and teardown: *STATE is a struct tree. */
int tree_setup(void **state);
int tree_teardown(void **state);

/* Writes the file PATH (relative to the tree), with its directories. */
void tree_write(struct tree *tree, const char *path, const char *text);

/* Makes PATH, with its directories, a link to TARGET. */
void tree_link(struct tree *tree, const char *path, const char *target);

/* Loads the tree's configuration, which must not fail. */
void tree_load(struct tree *tree);

/* The same with TEXT as the only file. */
void tree_load_text(struct tree *tree, const char *text);

/* The domain NAME of the last load; fails the test if there is none. */
const struct domain *tree_domain(const struct tree *tree, const char *name);

/* Fails the test unless one line of the problems starts with START and has PART in it. */
void tree_assert_problem(const struct tree *tree, const char *start, const char *part);
