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


def parse_device(text):
    """ "e1000 node=1": the driver and the node, or None if the machine does not say."""
    match = re.fullmatch(r"([\w-]+)(?: node=(\d+))?", text)
    if not match:
        raise ValueError(f"device: {text}: DRIVER or DRIVER node=NUMBER expected")
    return match[1], int(match[2]) if match[2] else None


def device_arguments(devices):
    """Only a bus of its own (pxb) has a node: what is on the host bridge has none."""
    arguments = []
    for number, (driver, node) in enumerate(devices, 1):
        place = "bus=pci.0"
        if node is not None:
            arguments += ["-device", f"pxb,id=bus{number},bus=pci.0,numa_node={node},bus_nr={8 * number}"]
            place = f"bus=bus{number},addr=3"
        if driver == "disk":
            arguments += ["-blockdev", f"driver=null-co,node-name=disk{number},size={64 << 20}"]
            driver = f"nvme,serial=disk{number},drive=disk{number}"
        arguments += ["-device", f"{driver},{place}"]
    return arguments


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
