#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What query makes of the machines in machines.py, and what verify and cmdline make of that elsewhere.

usage: page-sizes.py FD_SHMEM

Without root, or namespaces, it skips."""

import sys
import tempfile
import unittest

import machines


class PageSizes(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def each_machine(self, check):
        for name in machines.MACHINES:
            with self.subTest(name):
                check(machines.Machine(self.directory, name, [tool]))

    def test_query(self):
        """The pools of every size are shown, and no others"""
        def check(machine):
            types = machine.query()['page_types']
            self.assertEqual(sorted(entry['page_size'] for entry in types if entry['supported']),
                             machine.sizes)
            for entry in types:
                if entry['type'] not in ('huge', 'gigantic'):
                    self.assertEqual(entry['type'], machines.text(entry['page_size']))

        self.each_machine(check)

    def test_declared(self):
        """Pages of any size that the machine has can be declared for it on another one, and hugepagesz= has it"""
        def check(machine):
            for size in machine.sizes:
                file = f'[a]\nPath=/mnt/a\nGigantic=no\nHugeSize={machines.text(size)}\nHuge=0:2,2:1'
                done = machine.elsewhere(tool, 'verify', file)
                self.assertEqual((done.returncode, done.stderr), (0, ''), done)
                done = machine.elsewhere(tool, 'cmdline', file)
                self.assertEqual((done.returncode, done.stderr), (0, ''), done)
                self.assertIn(f'hugepagesz={machines.text(size)} hugepages=0:2,2:1', done.stdout)

        self.each_machine(check)

    def test_not_there(self):
        """A size that the machine lacks is an error that names it"""
        def check(machine):
            for key, other in ('Huge', 'Gigantic'), ('Gigantic', 'Huge'):
                done = machine.elsewhere(
                    tool, 'verify', f'[a]\nPath=/mnt/a\n{other}=no\n{key}Size=128M\n{key}=0:1')
                self.assertEqual(done.returncode, 1, done)
                self.assertRegex(done.stderr, f'fd-shmem.conf:1: error: .*{key}=: .*128M')

        self.each_machine(check)

    def test_memory(self):
        """What a node is asked for is added up in the size that is declared"""
        def check(machine):
            size = machine.sizes[-1]
            for pages, code in (machines.NODES[0] // size // 2, 0), (machines.NODES[0] // size + 1, 1):
                done = machine.elsewhere(tool, 'verify', f'[a]\nPath=/mnt/a\nGigantic=no\n'
                                         f'HugeSize={machines.text(size)}\nHuge=0:{pages}')
                self.assertEqual(done.returncode, code, done)

        self.each_machine(check)


tool = sys.argv.pop(1)
machines.require_namespaces()
unittest.main()
