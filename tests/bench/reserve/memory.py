# SPDX-License-Identifier: LGPL-2.1-or-later
"""The memory and the pools of one node: read, written, brought into states, and put back."""

import re
import subprocess
import sys
from pathlib import Path

MIB = 1 << 20
SIZES = {"huge": 2 * MIB, "gigantic": 1024 * MIB}


def meminfo():
    """Bytes, by key, of the whole machine: node counts leave out memory not initialised yet."""
    text = Path("/proc/meminfo").read_text()
    return {key: int(value) * 1024 for key, value in re.findall(r"^(\S+):\s+(\d+) kB", text, re.M)}


def cached():
    """What dropping caches would cost: clean or dirty page cache, directory entries, inodes."""
    info = meminfo()
    return info["Cached"] + info["Buffers"] - info["Shmem"] + info["SReclaimable"]


class Pool:
    """The pool of one page size on one node."""

    def __init__(self, node, kind):
        self.node = node
        self.kind = kind
        self.size = SIZES[kind]
        self.path = Path(f"/sys/devices/system/node/node{node}/hugepages"
                         f"/hugepages-{self.size // 1024}kB/nr_hugepages")
        self.before = self.read()

    def read(self):
        return int(self.path.read_text())

    def write(self, pages):
        self.path.write_text(f"{pages}\n")


class State:
    """A process that keeps memory in a state until it is told to go."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            self.leave()
            raise MemoryError("no memory for " + " ".join(map(str, arguments)))

    def leave(self):
        """Lets it go, and waits until its memory is back."""
        self.process.stdin.close()
        self.process.wait()


def count_blocks(program, node):
    """Blocks and ranges without unmovable pages, pages in use in them, free pages elsewhere."""
    output = subprocess.run([program, str(node)], stdout=subprocess.PIPE, text=True, check=True)
    return tuple(map(int, output.stdout.split()))


def bound(program, pool):
    """How many pages of the pool's size could be had at best: one for each block (or range) without
    an unmovable page, less the blocks needed by what must move and finds no other place."""
    blocks, ranges, used, elsewhere = count_blocks(program, pool.node)
    if pool.kind == "gigantic":
        return ranges
    return blocks - max(0, used - elsewhere) // 512


def compile_programs(source, directory):
    """The two programs in C, from the sources beside this file."""
    programs = {}
    for name in ("state", "blocks"):
        programs[name] = Path(directory) / name
        command = ["cc", "-O2", "-o", programs[name], source / f"{name}.c"]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit("cannot compile the programs that the benchmark needs")
    return programs
