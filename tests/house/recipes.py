#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each recipe is explained in the man page as it is in its file, has a row in docs/recipes/README.md, and is
tried by a machine test, or says that it is not; and there are no others."""

import pathlib
import re
import unittest

import tree

PAGE = 'man/fd-shmem-recipes.7.scd'
TABLE = 'docs/recipes/README.md'


def names():
    return {pathlib.PurePath(name).stem for name in tree.tracked()
            if pathlib.PurePath(name).match('docs/recipes/*.conf')}


def settings(text):
    """What a recipe sets: its lines without comments."""
    return '\n'.join(line for line in text.split('\n') if line and not line.startswith('#'))


class Recipes(unittest.TestCase):
    def test_page(self):
        """The page shows each file"""
        blocks = {settings(block) for block in re.findall(r'^```\n(.*?)^```$', tree.read(PAGE), re.M | re.S)}
        for name in names():
            with self.subTest(name):
                self.assertIn(settings(tree.read(f'docs/recipes/{name}.conf')), blocks)
                self.assertIn(f'docs/recipes/{name}.conf', tree.read(PAGE))

    def test_table(self):
        self.assertEqual(set(re.findall(r'\| \[([\w-]+)\.conf\]\(\1\.conf\) \|', tree.read(TABLE))), names())

    def test_tried(self):
        """A scenario has it, and the table names that; or the table and the file say that it is not tried"""
        rows = dict(re.findall(r'\| \[([\w-]+)\.conf\].*\| (`[\w-]+`|not tried)[^|]*\|$', tree.read(TABLE), re.M))
        for name in names():
            with self.subTest(name):
                tried = 'not tried' not in tree.read(f'docs/recipes/{name}.conf')
                self.assertEqual(tried, rows[name] != 'not tried')
                if tried:
                    scenario = tree.read(f'tests/vm/clients/{rows[name].strip("`")}.sh')
                    self.assertRegex(scenario, rf'(?m)^#@ recipe: {name}$')


if __name__ == '__main__':
    tree.main()
