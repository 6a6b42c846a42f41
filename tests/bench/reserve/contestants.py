# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ways to get huge pages that are compared, each written from its description.

Each takes the pool and the number that it shall have afterwards, and returns when it has done what
it does."""

import shutil
import subprocess
import time
from pathlib import Path

from memory import NODES

COMPACT = Path("/proc/sys/vm/compact_memory")
DROP = Path("/proc/sys/vm/drop_caches")
DOMAIN = "bench-reserve"
RECORDS = Path("/run/fd-shmem/reservation")


def one_write(pool, target):
    """What a sysctl.d file or one line of a recipe comes to."""
    pool.write(target)


def replaced_script(pool, target):
    """fd_shmem_cfg alloc: defragments, then writes once."""
    subprocess.run(["sync"], check=True)
    for file, value in ((COMPACT, "1"), (DROP, "3"), (COMPACT, "1")):
        file.write_text(value)
        time.sleep(0.25)
    pool.write(target)


def firedancer(pool, target):
    """fdctl configure hugetlbfs: writes; on a shortage compacts, drops, compacts, writes again."""
    pool.write(target)
    if pool.read() >= target:
        return
    for file, value in ((COMPACT, "1"), (DROP, "3"), (COMPACT, "1")):
        file.write_text(value)
        time.sleep(0.5)
    pool.write(target)


def openshift(pool, target, rounds=60, pause=1.0, patience=3):
    """The machine configuration operator's loop: up to 60 writes one second apart. Cut short here
    when PATIENCE writes in a row have brought nothing, as it would only take longer."""
    idle = 0
    for _ in range(rounds):
        before = pool.read()
        pool.write(target)
        now = pool.read()
        if now >= target:
            return
        idle = 0 if now > before else idle + 1
        if idle >= patience:
            return
        time.sleep(pause)


def hugeadm(pool, target):
    """Of libhugetlbfs, as it is; it sets the pool of all nodes together, and takes part only where
    there is one."""
    subprocess.run(["hugeadm", "--pool-pages-min", f"{pool.size}:{target}"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


class FdShmem:
    """fd-shmem's program with the arguments that its unit has, but for the unit: on top of what is
    there, content with less, and with little headroom: nobody else leaves any."""

    def __init__(self, reserve, log):
        self.reserve = reserve
        self.log = log

    def run(self, pool, pages):
        subprocess.run([self.reserve, f"--domain={DOMAIN}", f"--type={pool.kind}",
                        f"--pages={pool.node}:{pages}", "--shortage=continue", "--existing=add",
                        "--release=yes", "--defrag=auto", "--headroom=96M"],
                       stderr=self.log, check=False)

    def __call__(self, pool, target):
        self.run(pool, target - pool.read())

    def release(self, pool):
        """Gives back what the record of the pool says, and forgets it."""
        record = RECORDS / f"{DOMAIN}:{pool.kind}"
        if record.exists():
            self.run(pool, 0)
            record.unlink(missing_ok=True)


def all_contestants(fd_shmem):
    contestants = {
        "fd-shmem": fd_shmem,
        "one write": one_write,
        "replaced script": replaced_script,
        "firedancer": firedancer,
        "openshift": openshift,
    }
    if shutil.which("hugeadm") and len(list(NODES.glob("node[0-9]*"))) == 1:
        contestants["hugeadm"] = hugeadm
    return contestants
