# SPDX-License-Identifier: LGPL-2.1-or-later
"""Machines of each architecture and base page, as their kernels describe themselves: fake trees over /sys."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
K, M, G = 1 << 10, 1 << 20, 1 << 30

# The sizes that each kernel has: arch_hugetlb_valid_size() of arch/ARCHITECTURE/mm/hugetlbpage.c and what is added
# there at boot.
MACHINES = {
    'x86_64': [2 * M, 1 * G],
    'x86_64 without pdpe1gb': [2 * M],
    # Documentation/arch/arm64/hugetlbpage.rst; a page upper directory entry maps memory with 4K alone
    # (arch/arm64/include/asm/pgtable.h: pud_sect_supported)
    'arm64, 4K': [64 * K, 2 * M, 32 * M, 1 * G],
    'arm64, 16K': [2 * M, 32 * M, 1 * G],
    'arm64, 64K': [2 * M, 512 * M, 16 * G],
    'riscv64': [2 * M, 1 * G],
    'riscv64 with Svnapot': [64 * K, 2 * M, 1 * G],
    # arch/powerpc/include/asm/book3s/64/hugetlb.h: check_and_get_huge_psize
    'ppc64le, radix': [2 * M, 1 * G],
    'ppc64le, hash': [16 * M, 16 * G],
    # 1M with EDAT1, 2G with EDAT2
    's390x': [1 * M, 2 * G],
    's390x without EDAT2': [1 * M],
}
NODES = {0: 64 * G, 2: 128 * G}

MOUNT = '''
mount --bind "$1/node" /sys/devices/system/node
mount --bind "$1/hugepages" /sys/kernel/mm/hugepages
mount -t tmpfs tmpfs /run
shift
exec "$@"
'''


def text(size):
    return next(f'{size // unit}{letter}' for unit, letter in ((G, 'G'), (M, 'M'), (K, 'K'))
                if size >= unit)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{content}\n')


def plant(root, sizes):
    """The tree of a machine without pages"""
    for size in sizes:
        pool = f'hugepages-{size // K}kB'
        for name in ('nr', 'free', 'surplus', 'resv', 'nr_overcommit'):
            write(root / 'hugepages' / pool / f'{name}_hugepages', 0)
        for node in NODES:
            for name in ('nr', 'free', 'surplus'):
                write(root / f'node/node{node}/hugepages' / pool / f'{name}_hugepages', 0)
    for name in ('has_memory', 'online', 'possible'):
        write(root / 'node' / name, ','.join(map(str, NODES)))
    for node, total in NODES.items():
        write(root / f'node/node{node}/cpulist', node)
        write(root / f'node/node{node}/meminfo', '\n'.join(
            f'Node {node} {name}: {total // K} kB' for name in ('MemTotal', 'MemFree')))


class Machine:
    """TOOL is the command of fd-shmem on it, words before the program included"""

    def __init__(self, directory, name, tool):
        self.tool = tool
        self.root = Path(directory) / re.sub('[^a-z0-9]+', '-', name.lower())
        self.sizes = MACHINES[name]
        plant(self.root, self.sizes)

    def on(self, *words):
        """fd-shmem on this machine"""
        command = ['unshare', '-m', '--propagation=private', 'sh', '-ec', MOUNT, 'sh', self.root]
        return subprocess.run([*command, *self.tool, *words], capture_output=True, text=True)

    def query(self):
        done = self.on('query', '--json')
        if done.returncode or done.stderr:
            raise AssertionError(done)
        return json.loads(done.stdout)

    def describe(self):
        path = self.root / 'machine.json'
        path.write_text(json.dumps(self.query()))
        return path

    def elsewhere(self, tool, verb, configuration):
        """TOOL on the machine that this test runs on, about this one"""
        write(self.root / 'etc/fd-shmem.conf', configuration)
        return subprocess.run([tool, verb, f'--root={self.root}', f'--machine={self.describe()}'],
                              capture_output=True, text=True)


def require_namespaces():
    if os.geteuid() or subprocess.run(['unshare', '-m', 'true'], stderr=subprocess.DEVNULL).returncode:
        print('skipped: no root, or no namespaces')
        sys.exit(SKIPPED)
