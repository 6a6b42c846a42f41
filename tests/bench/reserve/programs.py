# SPDX-License-Identifier: LGPL-2.1-or-later
"""The benchmark's own programs: made from the C files beside this one, started, ended."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = {
    "state": ["state.c", "bind.c", "state-memory.c", "state-files.c", "state-kernel.c"],
    "blocks": ["blocks.c"],
    "bystander": ["bystander.c", "bind.c"],
    "guard": ["guard.c"],
}


def compile_programs(directory):
    for name, sources in SOURCES.items():
        command = ["cc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-pthread",
                   "-o", directory / name, *[HERE / source for source in sources]]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit("cannot compile the programs that the benchmark needs")


class Program:
    """A program that says "ready" and ends with its standard input."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.await_ready()

    def await_ready(self):
        if self.process.stdout.readline() != "ready\n":
            self.leave()
            raise MemoryError("no memory for " + " ".join(map(str, self.process.args)))

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def leave(self):
        """Lets it go, and waits until its memory is back; what it had to say in the end."""
        self.process.stdin.close()
        said = self.process.stdout.read()
        self.process.wait()
        return said


def count_blocks(directory, node, kind):
    """How many pages could be had at best, and how many are free in one piece as things are."""
    output = subprocess.run([directory / "blocks", str(node)], stdout=subprocess.PIPE, text=True,
                            check=True).stdout.splitlines()
    return tuple(map(int, output[("huge", "gigantic").index(kind)].split()))
