# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps most of the memory out of the benchmark: it is short then, and asks for little."""

import threading

from memory import MIB, VM, Pool, free_pieces, meminfo, node_memory
from programs import Program

# Free memory may be this far from what is wanted: without being put right, and at all.
SLACK = 64 * MIB
TOLERANCE = 256 * MIB
# With more than this free in pieces, the memory is not what it is to be before it is stirred.
PIECES = 96 * MIB
# With less than this available on the machine, everything is given up.
ALARM = 192 * MIB


class NoRoom(Exception):
    """This machine is not one to measure that page size on."""


class Ballast:
    """Holds the free memory beyond WANTED bytes: what is in pieces by a process, whole blocks as
    pages of the KIND measured, which costs no time and touches no memory where the kernel does not
    zero them."""

    def __init__(self, node, kind, wanted, state_command):
        self.pool = Pool(node, kind)
        self.wanted = wanted
        self.state_command = state_command
        self.pieces = []
        self.alarm = False
        self.end = threading.Event()
        self.watch = threading.Thread(target=self.guard)
        self.watch.start()

    def guard(self):
        while not self.end.wait(0.05):
            if meminfo()["MemAvailable"] < ALARM:
                self.alarm = True
                self.pool.write(self.pool.before)

    def held(self):
        return (self.pool.read() - self.pool.before) * self.pool.size

    def free(self):
        return node_memory(self.pool.node)[0]

    def settle_gigantic(self):
        """Ranges of 1 GiB without anything unmovable are rare, and must not all be ballast: all
        that can be had are taken, a process gets the other memory, and then as many go back as are
        wanted."""
        wanted = self.wanted // self.pool.size
        for name, value in (("drop_caches", 7), ("compact_memory", 1)):
            (VM / name).write_text(f"{value}\n")
        self.pool.write(self.pool.before + self.free() // self.pool.size)
        had = self.pool.read() - self.pool.before
        if had < wanted:
            raise NoRoom(f"{had} pages of 1 GiB can be had on this machine, {wanted} are needed: "
                         "lower --stir= and --leave=, or use --machine")
        rest = max(0, self.free() - SLACK)
        self.pieces.append(Program(*self.state_command, f"anon={rest // MIB}"))
        self.pool.write(self.pool.before + had - wanted)

    def adjust(self):
        """Before every run: others' needs change, too."""
        if self.pool.kind == "huge":
            self.adjust_huge()
        elif not self.pieces and self.free() - self.wanted > 2 * self.pool.size:
            self.settle_gigantic()
        if self.free() < self.wanted - TOLERANCE:
            raise MemoryError("too little memory is free; lower --stir= or --leave=")
        self.alarm = False

    def adjust_huge(self):
        surplus = self.free() - self.wanted
        pieces = free_pieces(self.pool.node)
        if pieces > PIECES and surplus + self.held() > pieces:
            self.pieces.append(Program(*self.state_command, f"anon={pieces // MIB}"))
            surplus = self.free() - self.wanted
        if abs(surplus) > SLACK:
            self.pool.write(max(self.pool.before, self.pool.read() + surplus // self.pool.size))

    def check(self):
        if self.alarm:
            raise MemoryError("others needed the memory in between")

    def leave(self):
        self.end.set()
        self.watch.join()
        self.pool.write(self.pool.before)
        for program in self.pieces:
            program.leave()
