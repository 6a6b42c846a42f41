/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/load.h"
#include "tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include <cmocka.h>

#include "basic/cleanup.h"

int tree_setup(void **state)
{
        struct tree *tree = calloc(1, sizeof(*tree));

        assert_non_null(tree);
        tree->path = strdup("/tmp/fd-shmem-test-XXXXXX");
        assert_non_null(mkdtemp(tree->path));
        tree->fd = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_true(tree->fd >= 0);
        tree->problems = strdup("");
        *state = tree;
        return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
        return remove(path);
}

int tree_teardown(void **state)
{
        struct tree *tree = *state;

        config_done(&tree->config);
        assert_int_equal(nftw(tree->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
        close(tree->fd);
        free(tree->problems);
        free(tree->path);
        free(tree);
        return 0;
}

/* Makes the directories above PATH. */
static void make_parents(struct tree *tree, const char *path)
{
        _cleanup_free_ char *copy = strdup(path);

        for (char *slash = copy; (slash = strchr(slash, '/')); slash++) {
                *slash = '\0';
                if (mkdirat(tree->fd, copy, 0755) < 0)
                        assert_int_equal(errno, EEXIST);
                *slash = '/';
        }
}

void tree_write(struct tree *tree, const char *path, const char *text)
{
        _cleanup_close_ int fd = -1;

        make_parents(tree, path);
        fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

void tree_link(struct tree *tree, const char *path, const char *target)
{
        make_parents(tree, path);
        assert_int_equal(symlinkat(target, tree->fd, path), 0);
}

static void collect(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        struct tree *tree = userdata;
        char *longer;

        assert_true(level == LOG_ERR || level == LOG_WARNING);
        assert_true(asprintf(&longer, "%s%s %s:%u: %s\n", tree->problems,
                             level == LOG_ERR ? "E" : "W", file ?: "", line, message) >= 0);
        free(tree->problems);
        tree->problems = longer;
        tree->n_problems++;
}

void tree_load(struct tree *tree)
{
        config_done(&tree->config);
        tree->problems[0] = '\0';
        tree->n_problems = 0;
        assert_int_equal(config_load(tree->fd, collect, tree, &tree->config), 0);
}

void tree_load_text(struct tree *tree, const char *text)
{
        tree_write(tree, "etc/fd-shmem.conf", text);
        tree_load(tree);
}

const struct domain *tree_domain(const struct tree *tree, const char *name)
{
        for (size_t i = 0; i < tree->config.n_domains; i++)
                if (strcmp(tree->config.domains[i].name, name) == 0)
                        return &tree->config.domains[i];

        fail_msg("no domain '%s'", name);
        return NULL;
}

void tree_assert_problem(const struct tree *tree, const char *start, const char *part)
{
        for (const char *line = tree->problems; *line; line = strchr(line, '\n') + 1) {
                _cleanup_free_ char *one = strndup(line, strcspn(line, "\n"));

                if (strncmp(one, start, strlen(start)) == 0 && strstr(one, part))
                        return;
        }
        fail_msg("no problem '%s' with '%s' in:\n%s", start, part, tree->problems);
}
