#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each unit file is installed, has its name in the table of units, and its place in the man page."""

import re
import unittest

import tree

UNIT = re.compile(r'fd-shmem[\w-]*@?\.(?:service|target|path|timer)')


def files():
    return {name.split('/')[-1].removesuffix('.in') for name in tree.tracked()
            if name.startswith('units/fd-shmem')}


class Units(unittest.TestCase):
    def test_installed(self):
        installed = re.findall(rf"'({UNIT.pattern})'", tree.read('units/meson.build'))
        self.assertEqual(sorted(installed), sorted(files()), 'units/meson.build')

    def test_table(self):
        table = re.findall(rf'"({UNIT.pattern})"', tree.read('basic/unit-table.h'))
        self.assertEqual(sorted(table), sorted(files()), 'basic/unit-table.h')

    def test_man(self):
        text = tree.read('man/fd-shmem-generator.8.scd').replace('@D:gigantic.', '@.') \
            .replace('@D:huge.', '@.').replace('@D:TYPE.', '@.').replace('@D.', '@.')
        missing = files() - set(UNIT.findall(text))
        self.assertEqual(missing, set(), 'fd-shmem-generator(8), UNITS')

    def test_teardown(self):
        """The teardown comes after each part of a domain; what the generator adds orders itself"""
        rows = re.findall(rf'"({UNIT.pattern})", ([A-Z_ |]+)\)', tree.read('basic/unit-table.h'))
        after = set(re.findall(r'^After=(.*)$', tree.read('units/fd-shmem-teardown@.service.in'),
                               re.M)[0].split())
        self.assertIn('UNIT_PART', dict(rows)['fd-shmem@.target'])
        for name, roles in rows:
            if 'UNIT_PART' in roles and 'UNIT_OF_TYPE' not in roles:
                self.assertIn(name.replace('@.', '@%i.'), after, 'fd-shmem-teardown@.service')


if __name__ == '__main__':
    tree.main()
