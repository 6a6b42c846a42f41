#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What "fd-shmem query" costs, against the reads that it must do (query-baseline.c).

usage: query-performance.py FD_SHMEM QUERY_BASELINE [REGIONS PROCESSES]

Makes a domain on a tmpfs of its own, in a mount namespace of its own, with 10 000 regions, and 2 000
processes of which one in four has a region mapped or open; compares system times (least of several
runs, taken in turns) and looks at the peak of the memory; then ten times the regions.
"""

import ctypes
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import time

SKIP = 77
RUNS, RUNS_MAX = 7, 28
SYSTEM_TIME_RATIO = 1.5
PEAK_MEMORY = 64 << 20
# Ten times the regions may cost ten times the time, and what measuring scatters.
LINEAR = 10 * 1.4


def private_mounts():
    """A mount namespace whose mounts nobody else sees."""
    libc = ctypes.CDLL(None, use_errno=True)
    CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
    if libc.unshare(CLONE_NEWNS) != 0:
        return False
    return libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0


def make_domain(base):
    for name in (".normal", ".huge", ".gigantic"):
        os.makedirs(os.path.join(base, name))
    normal = os.path.join(base, ".normal")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1G,nr_inodes=1M", "none", normal], check=True)
    return normal


def make_regions(normal, first, end):
    for i in range(first, end):
        with open(os.path.join(normal, f"region-{i:06}.wksp"), "wb"):
            pass
    # The first few have pages.
    for i in range(first, min(end, first + 500)):
        os.truncate(os.path.join(normal, f"region-{i:06}.wksp"), 8192)


def hold(path, mapped):
    """In a child: has the region until killed."""
    fd = os.open(path, os.O_RDWR)
    os.posix_fallocate(fd, 0, 8192)
    if mapped:
        memory = mmap.mmap(fd, 8192)
        memory[0] = 1
        os.close(fd)
    signal.pause()


def make_processes(normal, count):
    pids = []
    for i in range(count):
        pid = os.fork()
        if pid == 0:
            try:
                if i % 4 == 0:
                    hold(os.path.join(normal, f"region-{i // 4:06}.wksp"), i % 8 == 0)
                signal.pause()
            finally:
                os._exit(0)
        pids.append(pid)
    return pids


def run_tool(tool, base, json=True):
    """(system seconds, user seconds, peak bytes) of one query."""
    env = dict(os.environ, FD_SHMEM_PATH=base)
    with tempfile.TemporaryFile() as out:
        pid = os.fork()
        if pid == 0:
            os.dup2(out.fileno(), 1)
            os.execve(tool, [tool, "query"] + (["--json"] if json else []), env)
        _, status, usage = os.wait4(pid, 0)
        if status != 0:
            out.seek(0)
            sys.exit(f"query failed: {status}: {out.read()[-500:]}")
    return usage.ru_stime, usage.ru_utime, usage.ru_maxrss * 1024


def run_baseline(baseline, mounts):
    _, pids = None, os.fork()
    if pids == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(baseline, [baseline] + mounts)
    _, status, usage = os.wait4(pids, 0)
    if status != 0:
        sys.exit("the baseline failed")
    return usage.ru_stime


def is_too_slow(best):
    return any(best[name][0] > SYSTEM_TIME_RATIO * best["baseline"][0] for name in ("table", "json"))


def measure(tool, baseline, base, mounts):
    """The least of RUNS; of more, if that is too much: it may be others' doing."""
    best = {}
    for run_number in range(RUNS_MAX):
        if run_number >= RUNS and not is_too_slow(best):
            break
        for name, run in (
            ("baseline", lambda: (run_baseline(baseline, mounts), 0, 0)),
            ("table", lambda: run_tool(tool, base, json=False)),
            ("json", lambda: run_tool(tool, base)),
        ):
            result = run()
            old = best.get(name, result)
            best[name] = tuple(pick(a, b) for pick, a, b in zip((min, min, max), old, result))
    return best


def show(title, best):
    print(title)
    for name, (system, user, peak) in best.items():
        print(f"  {name:9} system {system * 1000:7.1f} ms  user {user * 1000:7.1f} ms"
              f"  peak {peak / (1 << 20):5.1f} MiB")


def judge(best, failures, what):
    for name in ("table", "json"):
        system, _, peak = best[name]
        ratio = system / best["baseline"][0]
        print(f"  {name}: {ratio:.2f} times the system time of the reads, {peak >> 20} MiB")
        if ratio > SYSTEM_TIME_RATIO:
            failures.append(f"{what}: {name} takes {ratio:.2f} times the reads")
        if peak > PEAK_MEMORY:
            failures.append(f"{what}: {name} takes {peak >> 20} MiB")


def main():
    tool, baseline = sys.argv[1:3]
    regions, processes = (int(a) for a in (sys.argv[3:5] or ("10000", "2000")))
    if os.geteuid() != 0 or not private_mounts():
        print("needs root and a mount namespace")
        return SKIP

    failures = []
    with tempfile.TemporaryDirectory() as base:
        normal = make_domain(base)
        pids = []
        try:
            make_regions(normal, 0, regions)
            pids = make_processes(normal, processes)
            time.sleep(2)  # until all children pause
            few = measure(tool, baseline, base, [normal])
            show(f"{regions} regions, {processes} processes", few)
            judge(few, failures, f"{regions} regions")

            make_regions(normal, regions, 10 * regions)
            many = measure(tool, baseline, base, [normal])
            show(f"{10 * regions} regions, {processes} processes", many)
            judge(many, failures, f"{10 * regions} regions")
            for name in ("table", "json"):
                ratio = sum(many[name][:2]) / sum(few[name][:2])
                print(f"  {name}: {ratio:.1f} times the time of {regions} regions")
                if ratio > LINEAR:
                    failures.append(f"{name}: {ratio:.1f} times the time for ten times the regions")
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            for pid in pids:
                os.waitpid(pid, 0)
            subprocess.run(["umount", normal], check=False)

    for failure in failures:
        print("FAIL:", failure)
    print(f"{3 - min(3, len(failures))} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
