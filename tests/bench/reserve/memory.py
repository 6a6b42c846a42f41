# SPDX-License-Identifier: LGPL-2.1-or-later
"""The memory and the pools of one node, read and written."""

import re
from pathlib import Path

MIB = 1 << 20
SIZES = {"huge": 2 * MIB, "gigantic": 1024 * MIB}
NODES = Path("/sys/devices/system/node")
VM = Path("/proc/sys/vm")


def pairs(text):
    return {key: int(value) * 1024 for key, value in re.findall(r"(\S+):\s+(\d+) kB", text)}


def meminfo():
    """Bytes, by key, of the whole machine."""
    return pairs(Path("/proc/meminfo").read_text())


def watermarks(node):
    """Bytes that the kernel keeps free on the node before it reclaims in the background."""
    zones = re.findall(rf"^Node {node}, zone.*?^ +high +(\d+)",
                       Path("/proc/zoneinfo").read_text(), re.M | re.S)
    return sum(map(int, zones)) * 4096


def node_memory(node):
    """Bytes free, and bytes that could be without anybody losing more than cache. The machine's
    numbers if that is one node: a node's own leave out memory not initialised yet."""
    if len(list(NODES.glob("node[0-9]*"))) == 1:
        info = meminfo()
        return info["MemFree"], info["MemAvailable"]
    info = pairs((NODES / f"node{node}/meminfo").read_text())
    reclaimable = info["Active(file)"] + info["Inactive(file)"] + info["SReclaimable"]
    return info["MemFree"], max(0, info["MemFree"] + reclaimable - watermarks(node))


def cached():
    """What dropping caches can cost, the machine over: page cache; directory entries and inodes."""
    info = meminfo()
    return info["Cached"] + info["Buffers"] - info["Shmem"], info["SReclaimable"]


def free_pieces(node):
    """Bytes free in blocks too small for a huge page."""
    rows = re.findall(rf"Node +{node}, zone +\S+ +([\d ]+)", Path("/proc/buddyinfo").read_text())
    return sum(int(count) << order for row in rows
               for order, count in enumerate(row.split()[:9])) * 4096


class Pool:
    """The pool of one page size on one node."""

    def __init__(self, node, kind):
        self.node = node
        self.kind = kind
        self.size = SIZES[kind]
        self.path = NODES / f"node{node}/hugepages/hugepages-{self.size // 1024}kB/nr_hugepages"
        self.before = self.read()

    def read(self):
        return int(self.path.read_text())

    def write(self, pages):
        self.path.write_text(f"{pages}\n")


class Settings:
    """Settings of the kernel that are changed for a while: "with" them, they are."""

    def __init__(self, values, read=()):
        self.values = values
        self.before = {}
        for name in [*values, *read]:
            value = (VM / name).read_text().strip()
            # Of two ways to set the same limit, the one not in use reads 0, and can't be written so.
            if value != "0" or not name.endswith(("_bytes", "_ratio")):
                self.before[name] = value

    @staticmethod
    def write(values):
        for name, value in values.items():
            (VM / name).write_text(value)

    def __enter__(self):
        self.write(self.values)

    def __exit__(self, *_):
        self.write(self.before)

    def guarded(self):
        return [f"{VM / name}={value}" for name, value in self.before.items()]


def lazy_writing():
    """Written files stay in memory: dirty pages stay dirty."""
    return Settings({"dirty_writeback_centisecs": "0", "dirty_background_bytes": str(1 << 40),
                     "dirty_bytes": str(1 << 40)}, read=["dirty_background_ratio", "dirty_ratio"])


def short_lists():
    """The CPUs keep few free pages to themselves. Since Linux 6.7 these can be an eighth of the
    memory after much was freed, and count neither as free nor as anything else."""
    return Settings({"percpu_pagelist_high_fraction": "1000000"})
