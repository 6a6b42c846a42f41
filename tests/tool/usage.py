#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where wrong usage and failures are reported, and the exit status; nothing here changes the machine."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

arguments = None


class Usage(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.top = pathlib.Path(self.directory.name)
        self.classic = self.top / 'fd_shmem_cfg'
        self.classic.symlink_to(arguments.tool)

    def call(self, program, *words):
        done = subprocess.run([program, *words], text=True, capture_output=True,
                              env=dict(os.environ, FD_SHMEM_PATH=str(self.top / 'none')),
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def check(self, text, *words):
        """fd-shmem reports on standard error, fd_shmem_cfg on standard output, as the script did."""
        for program, place in ((arguments.tool, 2), (self.classic, 1)):
            result = self.call(program, *words)
            self.assertEqual(result[0], 1, (words, result))
            self.assertIn(text, result[place], (words, result))
            self.assertEqual(result[3 - place], '', (words, result))

    def test_no_command(self):
        """No command at all"""
        self.check('Commands not specified\n')

    def test_unknown_command(self):
        """A word that is no command, and the nearest one"""
        self.check('Unknown operation (qurey) specified\nDid you mean query?\n', 'qurey')

    def test_wrong_count(self):
        """Too few arguments"""
        self.check('Unexpected number of arguments to alloc: ', 'alloc', '4')

    def test_failed_command(self):
        """A command that fails: the line that says so"""
        self.check('alloc 1 normal 0: fail, ', 'alloc', '1', 'normal', '0')
        self.check('reset: fail, ', 'reset')

    def test_unknown_options(self):
        """Every command refuses an option that it does not have, and does nothing"""
        dump = subprocess.run([arguments.verbs], text=True, stdout=subprocess.PIPE, check=True).stdout
        for verb in json.loads(dump):
            words = ['0700', 'root', '', 'x'][:verb['fd-shmem']['min_args']]
            code, out, err = self.call(arguments.tool, verb['name'], '--no-such-option', *words)
            self.assertEqual((code, out), (1, ''), (verb['name'], err))
            self.assertIn('--no-such-option', err, verb['name'])
            self.assertIn(f'Do fd-shmem help {verb["name"]} for help\n', err, verb['name'])


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tool', required=True, type=os.path.abspath)
    parser.add_argument('--verbs', required=True, type=os.path.abspath)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)
