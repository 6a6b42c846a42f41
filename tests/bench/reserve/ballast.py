# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps most of the memory out of the benchmark: it is short then, and asks for little."""

import re
import threading
from pathlib import Path

from memory import MIB, Pool, State, meminfo

SLACK = 256 * MIB
# With less than this available on the machine, everything is given up.
ALARM = 320 * MIB


def free_pieces():
    """Bytes free in blocks too small for a huge page, all zones and nodes."""
    rows = re.findall(r"zone +\S+ +([\d ]+)", Path("/proc/buddyinfo").read_text())
    return sum(int(count) << order for row in rows
               for order, count in enumerate(row.split()[:9])) * 4096


class Ballast:
    """Holds the free memory beyond WANTED bytes: what is in pieces by a process, whole blocks as
    huge pages, which costs no time and touches no memory where the kernel does not zero them."""

    def __init__(self, node, wanted, program):
        self.pool = Pool(node, "huge")
        self.wanted = wanted
        self.program = program
        self.pieces = None
        self.alarm = False
        self.end = threading.Event()
        self.watch = threading.Thread(target=self.guard)
        self.watch.start()

    def guard(self):
        while not self.end.wait(0.05):
            if meminfo()["MemAvailable"] < ALARM:
                self.alarm = True
                self.pool.write(self.pool.before)

    def adjust(self):
        """Before every run: others' needs change, too."""
        if not self.pieces:
            self.pieces = State(self.program, "/var/tmp", f"anon={free_pieces() // MIB}")
        surplus = meminfo()["MemFree"] - self.wanted
        if abs(surplus) > SLACK:
            self.pool.write(max(self.pool.before, self.pool.read() + surplus // self.pool.size))
        if meminfo()["MemFree"] < self.wanted - 2 * SLACK:
            raise MemoryError("too little memory is free; lower --stir= or --leave=")
        self.alarm = False

    def check(self):
        if self.alarm:
            raise MemoryError("others needed the memory in between")

    def leave(self):
        self.end.set()
        self.watch.join()
        self.pool.write(self.pool.before)
        if self.pieces:
            self.pieces.leave()
