#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The build for arm64 with base pages of 4, 16 and 64 KiB: the sizes that pages of a domain have unless it says
otherwise. The programs are those that machines would run; QEMU's emulation of a process tells them the base page.

usage: base-pages.py CROSS_DIRECTORY FD_SHMEM"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import machines

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'vm'))
from harness import Unavailable, architecture, cross  # noqa: E402

# Base page, huge, gigantic: one entry of a page middle directory, and the largest size that every machine has
# (machines.py has them all).
DEFAULTS = {
    'arm64, 4K': (4 * machines.K, 2 * machines.M, 1 * machines.G),
    'arm64, 16K': (16 * machines.K, 32 * machines.M, 1 * machines.G),
    'arm64, 64K': (64 * machines.K, 512 * machines.M, 16 * machines.G),
}
FILE = '[a]\nPath=/mnt/a\nHuge=0:2\nGigantic=2:1\n'


class BasePages(unittest.TestCase):
    def each_machine(self, check):
        for name, (base, *sizes) in DEFAULTS.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as directory:
                command = cross.emulation(architecture.ARM64, base)
                tool = [*command, directory_of_build / 'helpers/tool/fd-shmem']
                check(machines.Machine(directory, name, tool), *sizes)

    def test_query(self):
        """The types have these sizes, and the machine's other sizes are there as well"""
        def check(machine, huge, gigantic):
            types = {entry['type']: entry for entry in machine.query()['page_types']}
            for name, size in ('huge', huge), ('gigantic', gigantic):
                self.assertEqual((types[name]['page_size'], types[name]['supported']), (size, True))
            self.assertEqual(sorted(entry['page_size'] for entry in types.values()), machine.sizes)

        self.each_machine(check)

    def test_units(self):
        """The mounts have these sizes, and claim as much"""
        def check(machine, huge, gigantic):
            machines.write(machine.root / 'x.conf', FILE)
            done = machine.on('verify', '--units', machine.root / 'x.conf')
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertIn(f'pagesize={huge // machines.M}M,min_size={2 * huge}', done.stdout)
            self.assertIn(f'pagesize={gigantic // machines.M}M,min_size={gigantic}', done.stdout)

        self.each_machine(check)

    def test_elsewhere(self):
        """A machine that is described keeps its sizes: those of its description count, not those of this one"""
        def check(machine, huge, gigantic):
            for pages, code in (machines.NODES[0] // huge // 2, 0), (machines.NODES[0] // huge + 1, 1):
                done = machine.elsewhere(tool_here, 'verify',
                                         f'[a]\nPath=/mnt/a\nGigantic=no\nHuge=0:{pages}\n')
                self.assertEqual(done.returncode, code, done)
            done = machine.elsewhere(tool_here, 'cmdline', FILE)
            self.assertIn(f'hugepagesz={machines.text(huge)} hugepages=0:2', done.stdout)
            self.assertIn(f'hugepagesz={machines.text(gigantic)} hugepages=2:1', done.stdout)

        self.each_machine(check)


machines.require_namespaces()
directory_of_build, tool_here = Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
try:
    cross.build(architecture.ARM64, directory_of_build)
except Unavailable as reason:
    print(f'skipped: {reason}')
    sys.exit(machines.SKIPPED)
except subprocess.CalledProcessError as error:
    sys.exit(f'the build failed: {error}')
unittest.main()
