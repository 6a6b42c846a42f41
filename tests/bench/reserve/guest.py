# SPDX-License-Identifier: LGPL-2.1-or-later
"""The benchmark in a machine of its own: a real Debian of any release, in QEMU."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from programs import HERE, compile_programs
from report import Report

sys.path.insert(0, str(HERE.parent.parent / "vm"))
from harness import Unavailable, cache, image, machine, rootfs, scenario  # noqa: E402

# The second node has four whole ranges of 1 GiB, less what the kernel needs.
TOPOLOGY = "1:3072,1:4096"
NODE = 1
# MiB to leave to the system, to stir, and to leave alone
KEEP = 256
SIZES = {"huge": (640, 192), "gigantic": (3072, 768)}
DISK_MIB = 1280
PAGE_NAMES = {"huge": "2M", "gigantic": "1G"}
COMMAND_LINE = "kernel command line"

SCRIPT = """#@ topology: {topology}
#@ timeout: {timeout}
#@ append: {append}
#@ cpu: erms=off,fsrm=off
echo "#KERNEL $(uname -r)"
{command}
status=$?
sed 's/^/#LOG /' /run/reserve-*.log 2>/dev/null
exit $status
"""

# An emulated CPU copies words faster than bytes: hence "cpu" above.

HOURS = 3600
running = []
# Fewer than on real hardware, by default: emulation takes its time.
STATES = {"huge": "clean,page cache,every 4th page,small files,pipe buffers,mixture",
          "gigantic": "clean,page cache,every 4th page,mixture,own 2 MiB pages"}
CONTESTANTS = "fd-shmem,one write,replaced script,firedancer"


class Output:
    """Takes what the machine says: rows of results, fd-shmem's own messages, lines for the user."""

    def __init__(self, take):
        self.take = take
        self.kernel = ""
        self.messages = ""

    def write(self, text):
        if text.startswith("#ROW "):
            self.take(json.loads(text[5:]))
        elif text.startswith("#LOG "):
            self.messages += text[5:] + "\n"
        elif text.startswith("#KERNEL "):
            self.kernel = text[8:].strip()
        elif text.strip():
            print(text, file=sys.stderr)

    def flush(self):
        pass


def fill_overlay(overlay, options):
    bench = overlay / "bench"
    bench.mkdir(parents=True)
    for path in [HERE / "run", *HERE.glob("*.py")]:
        shutil.copy(path, bench)
    compile_programs(bench)
    shutil.copy(options.build / "helpers" / "reserve", bench)


def boot(base, options, work, take, command, append=""):
    """What the machine said, or nothing if it did not get to the end."""
    work.mkdir()
    overlay, script, disk = work / "overlay", work / "script.sh", work / "root.ext4"
    fill_overlay(overlay, options)
    script.write_text(SCRIPT.format(topology=TOPOLOGY, timeout=2 * HOURS, command=command,
                                    append=append))
    test = scenario.load(script)
    image.build(disk, base / "root", image.layers(test, [overlay], [], work), work, DISK_MIB)
    output = Output(take)
    with cache.machine_slot():
        guest = machine.Machine(test, base / "vmlinux", disk, output)
        running.append(guest)
        status = guest.run()
    if status != 0:
        print(f"the machine ended with status {status}\n{guest.console_tail()}", file=sys.stderr)
        return None
    return output


def inner_command(options, kind, states, repeat, first):
    words = ["numactl", "--cpunodebind=0", "python3", "/bench/run", "--prepared", "/bench",
             "--node", NODE, "--output", "/run", "--keep", KEEP, "--type", kind,
             "--repeat", repeat, "--first", first]
    stir, leave = SIZES[kind]
    words += ["--stir", options.stir or stir, "--leave", options.leave or leave]
    words += ["--states", f'"{states}"', "--contestants", f'"{options.contestants or CONTESTANTS}"']
    return " ".join(map(str, words))


def take_command_line(base, options, work, kind, report):
    """What the kernel gets at boot: once, as there is nothing by chance in it."""
    clean = [row for row in report.rows if row["state"] == "clean"]
    if not clean:
        return
    asked = int(statistics.median(row["asked"] for row in clean))
    size = PAGE_NAMES[kind]
    directory = f"/sys/devices/system/node/node{NODE}/hugepages"
    kib = {"huge": 2048, "gigantic": 1048576}[kind]

    def take(got):
        report.add({**clean[0], "contestant": COMMAND_LINE, "repetition": 0, "asked": asked,
                    "got": got, "seconds": 0, "stall_ms": 0, "cache_lost_mib": 0,
                    "slab_lost_mib": 0})

    boot(base, options, work / "command-line", take,
         f"echo \"#ROW $(cat {directory}/hugepages-{kib}kB/nr_hugepages)\"",
         f"hugepagesz={size} hugepages={NODE}:{asked}")


def inner_commands(options, kind):
    """What a machine each is booted for. The few ranges of 1 GiB that there are, a state can spoil
    for good: none finds what another has left, or it itself in an earlier repetition."""
    states = options.states or STATES[kind]
    if kind == "huge":
        return [inner_command(options, kind, states, options.repeat, 0)]
    return [inner_command(options, kind, state, 1, repetition)
            for repetition in range(options.repeat) for state in states.split(",")]


def run_kind(base, options, work, kind, report):
    work.mkdir()
    with open(f"{report.path}.log", "w", encoding="utf-8") as log:
        for number, command in enumerate(inner_commands(options, kind)):
            said = boot(base, options, work / str(number), report.add, command)
            shutil.rmtree(work / str(number), ignore_errors=True)
            if said:
                report.title = f"{kind} pages, Linux {said.kernel}, in QEMU"
                log.write(said.messages)
    take_command_line(base, options, work, kind, report)


def run_machine(options):
    """A machine for each page size, side by side."""
    try:
        base = rootfs.prepared(options.suite, ("python3",))
    except (Unavailable, subprocess.CalledProcessError) as reason:
        sys.exit(f"no machine can be run here: {reason}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fd-shmem-bench.", dir="/var/tmp") as directory:
        reports = {kind: Report(options.output, kind, options.suite or rootfs.host_suite())
                   for kind in options.kinds}
        threads = [threading.Thread(target=run_kind, args=(base, options, Path(directory) / kind,
                                                           kind, report), daemon=True)
                   for kind, report in reports.items()]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            for guest in running:
                guest.qemu.kill()
            for report in reports.values():
                report.show()
    print(f"{time.monotonic() - began:.0f} s in all")
