/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a program and counts its system calls, those of its threads and children included; before call
 * number AT (from 1) it kills them all, or makes that call fail with the error ERRNO instead of
 * doing anything:
 *
 *   tamper list FILE PROGRAM...        writes the numbers of the calls (asm/unistd.h), a line each
 *   tamper kill AT PROGRAM...
 *   tamper fail AT:ERRNO PROGRAM...
 *
 * Ends as the program did; 137: killed. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *arg_list;
static unsigned long arg_at;
static int arg_errno; /* 0: kill */

static pid_t program;
static pid_t failing; /* the task whose call is to return the error */
static unsigned long calls;

static void die(const char *what)
{
        perror(what);
        exit(125);
}

#if defined(__x86_64__)
static void skip_call(pid_t task)
{
        if (ptrace(PTRACE_POKEUSER, task, offsetof(struct user_regs_struct, orig_rax), -1L) < 0)
                die("tamper: cannot skip a call");
}

static void set_result(pid_t task, long result)
{
        if (ptrace(PTRACE_POKEUSER, task, offsetof(struct user_regs_struct, rax), result) < 0)
                die("tamper: cannot set a result");
}
#elif defined(__aarch64__)
static void skip_call(pid_t task)
{
        int none = -1;
        struct iovec v = { &none, sizeof(none) };

        if (ptrace(PTRACE_SETREGSET, task, 0x404 /* NT_ARM_SYSTEM_CALL */, &v) < 0)
                die("tamper: cannot skip a call");
}

static void set_result(pid_t task, long result)
{
        struct user_regs_struct regs;
        struct iovec v = { &regs, sizeof(regs) };

        if (ptrace(PTRACE_GETREGSET, task, 1 /* NT_PRSTATUS */, &v) < 0)
                die("tamper: cannot read registers");
        regs.regs[0] = (unsigned long) result;
        if (ptrace(PTRACE_SETREGSET, task, 1, &v) < 0)
                die("tamper: cannot set a result");
}
#else
static void skip_call(pid_t task)
{
        errno = ENOSYS;
        die("tamper: this architecture is not known");
}

static void set_result(pid_t task, long result)
{
}
#endif

/* All of them at once, as systemd kills what is in a unit's control group. */
static void kill_all(void)
{
        kill(-program, SIGKILL);
}

static void call_begins(pid_t task, unsigned long long number)
{
        calls++;
        if (arg_list)
                fprintf(arg_list, "%llu\n", number);
        if (calls != arg_at)
                return;
        if (arg_errno == 0) {
                kill_all();
                return;
        }
        skip_call(task);
        failing = task;
}

static void on_call(pid_t task)
{
        struct __ptrace_syscall_info info;

        if (ptrace(PTRACE_GET_SYSCALL_INFO, task, sizeof(info), &info) < 0)
                return; /* it was killed */
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
                call_begins(task, info.entry.nr);
        else if (info.op == PTRACE_SYSCALL_INFO_EXIT && task == failing) {
                set_result(task, -arg_errno);
                failing = 0;
        }
}

/* The signal to pass on to the task that has stopped. */
static int on_stop(pid_t task, int status)
{
        int signal = WSTOPSIG(status);

        if (signal == (SIGTRAP | 0x80)) {
                on_call(task);
                return 0;
        }
        /* A new thread's first stop, and the events of clone(2) and execve(2). */
        return signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

static int trace(void)
{
        int result = 125;

        for (;;) {
                int status;
                pid_t task = waitpid(-1, &status, __WALL);

                if (task < 0)
                        return result;
                if (WIFSTOPPED(status))
                        (void) ptrace(PTRACE_SYSCALL, task, NULL, (long) on_stop(task, status));
                else if (task == program)
                        result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
}

static void start(char **argv)
{
        const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                             PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
        int status;

        program = fork();
        if (program == 0) {
                setpgid(0, 0);
                ptrace(PTRACE_TRACEME, 0, NULL, NULL);
                execvp(argv[0], argv);
                die(argv[0]);
        }
        if (program < 0 || waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status) ||
            ptrace(PTRACE_SETOPTIONS, program, NULL, options) < 0 ||
            ptrace(PTRACE_SYSCALL, program, NULL, 0L) < 0)
                die("tamper: cannot trace");
}

int main(int argc, char **argv)
{
        char *rest = argc > 3 ? argv[2] : NULL;

        if (rest && strcmp(argv[1], "list") == 0) {
                arg_list = fopen(argv[2], "we");
                if (!arg_list)
                        die(argv[2]);
        } else if (rest && (strcmp(argv[1], "kill") == 0 || strcmp(argv[1], "fail") == 0)) {
                arg_at = strtoul(rest, &rest, 10);
                arg_errno = *rest == ':' ? atoi(rest + 1) : 0;
        } else {
                fprintf(stderr, "usage: tamper list FILE|kill AT|fail AT:ERRNO PROGRAM...\n");
                return 125;
        }

        start(argv + 3);
        return trace();
}
