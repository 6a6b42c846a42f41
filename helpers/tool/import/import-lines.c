/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What writes the pools while the machine boots: sysctl.d(5), tmpfiles.d(5), and the script of Red Hat's documents
 * ("Configuring HugeTLB Huge Pages"), which Oracle's have, too. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/import/import-files.h"
#include "helpers/tool/import/import-model.h"
#include "helpers/tool/settings/pool-lines.h"

struct target {
        struct import *import;
        bool running;
        struct page_size size; /* of the script's pages */
        int result;
};

static int take(const struct target *target, const char *where, struct page_size size,
                const char *node, const char *count)
{
        int r = import_old(target->import, where);

        return r < 0 || target->running ? r
                                        : import_count(target->import, size, node, count, where);
}

static void take_pool_line(const struct pool_line *line, void *userdata)
{
        struct target *target = userdata;
        _cleanup_free_ char *where = NULL;
        char node[16];

        if (target->result < 0)
                return;
        snprintf(node, sizeof(node), "%d", line->node);
        if (asprintf(&where, "%s:%u: %s = %s", line->file, line->line, line->what, line->value) <
            0) {
                where = NULL;
                target->result = log_oom();
                return;
        }
        target->result = take(target, where, line->size, line->node < 0 ? NULL : node, line->value);
}

int import_from_lines(int root, bool running, struct import *import)
{
        struct target target = { .import = import, .running = running };
        int r = pool_lines_read(root, take_pool_line, &target);

        return r < 0 ? log_error_errno(r, "Cannot look for lines that write the pools: %m")
                     : target.result;
}

/* Calls of its function: "reserve_pages 2 node1". */
static int take_script_line(const char *where, char *line, void *userdata)
{
        struct target *target = userdata;
        _cleanup_free_ char *text = NULL;
        char count[16], node[16];

        line += strspn(line, " \t");
        if (strstr(line, "hugepages-2048kB"))
                target->size = page_size_default(PAGE_HUGE);
        else if (strstr(line, "hugepages-1048576kB"))
                target->size = page_size_default(PAGE_GIGANTIC);
        if (sscanf(line, "reserve_pages %15[0-9] node%15[0-9]", count, node) != 2)
                return 0;
        if (asprintf(&text, "%s: %s", where, line) < 0) {
                text = NULL;
                return log_oom();
        }
        return take(target, text, target->size, node, count);
}

int import_from_scripts(int root, bool running, struct import *import)
{
        struct target target = {
                .import = import,
                .running = running,
                .size = page_size_default(PAGE_GIGANTIC),
        };

        return import_each_line(root, "/usr/lib/systemd/hugetlb-reserve-pages.sh", take_script_line,
                                &target);
}
