# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps most of the memory out of the benchmark: it is short then, and asks for little."""

import threading

from memory import MIB, Pool, free_pieces, meminfo, node_memory
from programs import Program

SLACK = 256 * MIB
# With more than this free in pieces, the memory is not what it is to be before it is stirred.
PIECES = 96 * MIB
# With less than this available on the machine, everything is given up.
ALARM = 320 * MIB


class Ballast:
    """Holds the free memory beyond WANTED bytes: what is in pieces by a process, whole blocks as
    pages of the KIND measured, which costs no time and touches no memory where the kernel does not
    zero them."""

    def __init__(self, node, kind, wanted, state_command):
        self.pool = Pool(node, kind)
        self.slack = max(SLACK, self.pool.size)
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

    def adjust(self):
        """Before every run: others' needs change, too."""
        surplus = self.free() - self.wanted
        pieces = free_pieces(self.pool.node)
        if pieces > PIECES and surplus + self.held() > pieces:
            self.pieces.append(Program(*self.state_command, f"anon={pieces // MIB}"))
            surplus = self.free() - self.wanted
        if abs(surplus) > self.slack:
            self.pool.write(max(self.pool.before, self.pool.read() + surplus // self.pool.size))
        if self.free() < self.wanted - 2 * self.slack:
            raise MemoryError("too little memory is free; lower --stir= or --leave=")
        self.alarm = False

    def check(self):
        if self.alarm:
            raise MemoryError("others needed the memory in between")

    def leave(self):
        self.end.set()
        self.watch.join()
        self.pool.write(self.pool.before)
        for program in self.pieces:
            program.leave()
