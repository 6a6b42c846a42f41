# SPDX-License-Identifier: LGPL-2.1-or-later
"""NUMA nodes as QEMU's arguments. A topology is written CPUS:MIB,CPUS:MIB,...: one entry per node,
"1:3072,1:3072" being two nodes with a CPU and 3 GiB each; 0 CPUs or 0 MiB are allowed.

Of 3 GiB, a node booted a moment ago gives one gigantic page for sure, often two."""

import re

DEFAULT = "1:3072,1:3072"


def parse(text):
    nodes = []
    for entry in text.split(","):
        match = re.fullmatch(r"(\d+):(\d+)", entry)
        if not match:
            raise ValueError(f"topology: {entry}: CPUS:MIB expected")
        nodes.append((int(match[1]), int(match[2])))
    return nodes


def qemu_arguments(nodes):
    cpus = sum(count for count, _ in nodes)
    arguments = ["-smp", f"{cpus},sockets={cpus},cores=1,threads=1",
                 "-m", f"{sum(mib for _, mib in nodes)}M"]
    first_cpu = 0
    for number, (count, mib) in enumerate(nodes):
        node = f"node,nodeid={number}"
        if mib:
            arguments += ["-object", f"memory-backend-ram,id=memory{number},size={mib}M"]
            node += f",memdev=memory{number}"
        if count:
            node += f",cpus={first_cpu}-{first_cpu + count - 1}"
        first_cpu += count
        arguments += ["-numa", node]
    for low in range(len(nodes)):
        for high in range(low + 1, len(nodes)):
            arguments += ["-numa", f"dist,src={low},dst={high},val=20"]
    return arguments
