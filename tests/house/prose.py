#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Spelling, by codespell, and the words of the house, in all that people read."""

import pathlib
import re
import shutil
import subprocess
import unittest

import tree

WORDS = pathlib.Path(__file__).with_name('words')
PLACES = ('README.md', 'CONTRIBUTING.md', 'NEWS', 'SECURITY.md', 'docs/', 'man/', 'units/', 'conf/',
          'basic/', 'generator/', 'helpers/', 'shell-completion/', 'tests/')
# Names and numbers, not sentences; and bad examples. Corpora of fuzzers are neither.
OTHERS = ('.svg', '.csv', '.json', 'tests/house/words')


def texts():
    """What is prose, or has some in its comments and messages."""
    return [name for name in tree.tracked()
            if name.startswith(PLACES) and not name.endswith(OTHERS) and '/corpus/' not in name]


def rules():
    for line in WORDS.read_text().split('\n'):
        if line and not line.startswith('#'):
            yield line.split('\t')


class Prose(unittest.TestCase):
    def test_words(self):
        found = []
        names = [name for name in texts() if not name.startswith('tests/')]
        for pattern, better in rules():
            expression = re.compile(pattern.replace(' ', r'\s+(?:[*#;]+\s+)?'), re.I)
            for name in names:
                text = tree.read(name) or ''
                for match in expression.finditer(text):
                    line = text.count('\n', 0, match.start()) + 1
                    found.append(f'{name}:{line}: "{match[0]}"; rather: {better}')
        self.assertEqual(found, [], 'see tests/house/words')

    def test_rules(self):
        """Each rule finds what it is for, and has a better word"""
        for rule in rules():
            self.assertEqual(len(rule), 2, rule)
            re.compile(rule[0])
            self.assertTrue(rule[1].strip(), rule)

    def test_spelling(self):
        if not shutil.which('codespell'):
            self.skipTest('codespell is not installed: tests/setup')
        done = subprocess.run(['codespell', '--config', tree.source / '.codespellrc', *texts()],
                              cwd=tree.source, text=True, capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))


if __name__ == '__main__':
    tree.main()
