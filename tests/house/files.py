#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each source file names its licence, pictures are well-formed, and README is short."""

import fnmatch
import unittest
import xml.dom.minidom

import tree

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'

# What cannot have a comment, or is data that a program reads to the letter.
WITHOUT = (
    'LICENSE',
    'examples/boot-loaders/cmdline',
    'packaging/debian/changelog',
    'packaging/debian/copyright',
    'packaging/debian/docs',
    'packaging/debian/source/format',
    '*.ign',
    '*.json',
    'tests/*/corpus/*',
    'tests/generator/*/environment',
    'tests/generator/*/expected/*',
    'tests/generator/*/root/*',
    'tests/generator/*/stderr',
    'tests/mounts/fixtures/*',
    'tests/*/ledgers/*',
    'tests/vm/fixtures/mnt-link/*',
    'tests/vm/guest/masked',
)

README_LINES = 120


class Files(unittest.TestCase):
    def test_licence(self):
        """One of the first lines is the SPDX line, and the licence is that of the project"""
        without = []
        for name in tree.tracked():
            if any(fnmatch.fnmatch(name, pattern) for pattern in WITHOUT):
                continue
            text = tree.read(name)
            if text and not any(LICENCE in line for line in text.split('\n')[:5]):
                without.append(name)
        self.assertEqual(without, [], f'no line "{LICENCE}" at the top')

    def test_pictures(self):
        """A viewer shows nothing of a picture that is no XML"""
        pictures = [name for name in tree.tracked() if name.endswith('.svg')]
        self.assertGreater(len(pictures), 1)
        for name in pictures:
            with self.subTest(name):
                xml.dom.minidom.parseString(tree.read(name))

    def test_one_licence(self):
        """No file has another licence"""
        mark = LICENCE.split(':')[0] + ':'
        for name in tree.tracked():
            for line in (tree.read(name) or '').split('\n')[:5]:
                if mark in line:
                    self.assertIn(LICENCE, line, name)

    def test_exceptions(self):
        """Each exception is one"""
        names = tree.tracked()
        for pattern in WITHOUT:
            if pattern != 'tests/*/corpus/*':
                self.assertTrue(fnmatch.filter(names, pattern), f'{pattern}: there is no such file')

    def test_readme(self):
        lines = tree.read('README.md').split('\n')
        self.assertLessEqual(len(lines) - 1, README_LINES, 'README.md: move something to docs/')


if __name__ == '__main__':
    tree.main()
