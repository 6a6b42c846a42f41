#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/failures.md: each message is one of the sources, each test one of this build."""

import json
import re
import unittest

import tree

NAME = 'docs/failures.md'
COLUMNS = ('event', 'fails', 'cleans up', 'message', 'what to do', 'shown by')
ROOMS = ('basic/', 'conf/', 'generator/', 'helpers/')

# What is shown under a release of its own, or by none of the tests.
NOT_TESTS = ('-', 'README, "Upgrade and removal"')


def rows():
    """The rows of the table, as dictionaries; not the lines that head a part of it."""
    for line in tree.read(NAME).split('\n'):
        cells = [cell.strip() for cell in line.strip().strip('|').split(' | ')]
        if line.startswith('| ') and len(cells) == len(COLUMNS) and cells[0] != COLUMNS[0]:
            yield dict(zip(COLUMNS, cells))


def literals():
    """All string literals of the sources, neighbouring ones joined, "..." for what is put in."""
    found = []
    for name in tree.tracked():
        if not name.startswith(ROOMS) or not name.endswith(('.c', '.h')):
            continue
        text = re.sub(r'(?<!\\)"\s*(?:[A-Z]\w+\s*)?"', '', tree.read(name))
        found += re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)
    return '\n'.join(literal.replace('\\"', '"') for literal in found)


class Failures(unittest.TestCase):
    def test_table(self):
        """The table is read at all"""
        self.assertGreater(len(list(rows())), 60)

    def test_messages(self):
        texts, missing = literals(), []
        for row in rows():
            for message in re.findall(r'`([^`]+)`', row['message']):
                missing += [f'{row["event"]}: "{part.strip()}"' for part in message.split('...')
                            if part.strip() not in texts]
        self.assertEqual(missing, [], f'{NAME} quotes messages that no source has')

    def test_tests(self):
        build = tree.options.build / 'meson-info' / 'intro-tests.json'
        known = {test['name'] for test in json.loads(build.read_text())}
        scenarios = {name.split('/')[-1][:-3] for name in tree.tracked()
                     if name.startswith('tests/vm/scenarios/')}
        known |= scenarios | {name + '-trixie' for name in scenarios}
        missing = [f'{row["event"]}: {test}' for row in rows() if row['shown by'] not in NOT_TESTS
                   for test in row['shown by'].split(', ') if test not in known]
        self.assertEqual(missing, [], f'{NAME} names tests that there are not')

    def test_units(self):
        units = {name.split('/')[-1].removesuffix('.in') for name in tree.tracked()
                 if name.startswith('units/')}
        for unit in re.findall(r'fd-shmem[\w-]*@?D?\.(?:service|target|path|timer)',
                               tree.read(NAME)):
            self.assertIn(unit.replace('@D.', '@.'), units, NAME)


if __name__ == '__main__':
    tree.main('--build')
