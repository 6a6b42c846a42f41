/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem(8): shows and changes the shared memory of this machine. Called as fd_shmem_cfg it is
 * the script of that name which it replaces. */

#include <fcntl.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/tool/commands.h"
#include "helpers/tool/common/tool.h"

static const char *base_name(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

/* Only root creates the ledger's directory; other users can read it if it exists. */
static int open_machine(bool privileged, struct machine *ret)
{
        if (privileged)
                return machine_open("", ret);

        *ret = (struct machine){
                .sysfs = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC),
                .procfs = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC),
                .state = open("/run/fd-shmem", O_PATH | O_DIRECTORY | O_CLOEXEC),
        };
        if (ret->sysfs < 0 || ret->procfs < 0)
                return log_error_errno(errno, "cannot open /sys and /proc: %m");
        return 0;
}

static int tool_open(const char *argv0, struct tool *ret)
{
        const char *path = secure_getenv("FD_SHMEM_PATH");

        ret->name = base_name(argv0);
        ret->classic = strcmp(ret->name, "fd_shmem_cfg") == 0;
        ret->privileged = geteuid() == 0;
        ret->path = path && *path ? path : TOOL_PATH_DEFAULT;
        ret->out = stdout;
        ret->errors = ret->classic ? stdout : stderr;
        ret->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (ret->root < 0)
                return log_error_errno(errno, "cannot open /: %m");

        return open_machine(ret->privileged, &ret->machine);
}

static void tool_close(struct tool *tool)
{
        machine_close(&tool->machine);
        closep(&tool->root);
}

/* "--help" and "--version" alone, as every program has them. */
static int run_global_option(struct tool *tool, const char *word)
{
        char *help[] = { (char *) "help", NULL };

        if (strcmp(word, "--version") == 0) {
                fprintf(tool->out, "fd-shmem %s\n", VERSION);
                return TOOL_OK;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
                return verb_help(tool, 1, help);
        return -ENOENT;
}

static int run(struct tool *tool, char **words)
{
        _cleanup_command_line_ struct command_line line = {};
        int r;

        if (words[0]) {
                r = run_global_option(tool, words[0]);
                if (r != -ENOENT)
                        return r;
        }

        r = command_line_parse(tool, words, &line);
        if (r < 0)
                return TOOL_FAILED;

        return command_line_run(tool, &line);
}

int main(int argc, char **argv)
{
        _cleanup_(tool_close) struct tool tool = TOOL_NULL;
        int r;

        r = tool_open(argv[0], &tool);
        if (r < 0)
                return TOOL_FAILED;

        r = run(&tool, argv + (argc > 0));
        if (fflush(stdout) != 0 || ferror(stdout))
                return TOOL_FAILED;

        return r < 0 ? TOOL_FAILED : r;
}
