#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The head of each unit file says what the generator does with it, as the golden output shows."""

import argparse
import pathlib
import re
import unittest

arguments = None


def template(name):
    """The unit file of an instance."""
    return re.sub('@.*(?=[.])', '@', name)


def found_in_golden_output():
    """The files of units that the generator has extended by a drop-in, and those that it has enabled."""
    extended, enabled = set(), set()
    for file in (arguments.source / 'tests/generator').glob('*/expected/*/*'):
        directory = file.parent.name
        if directory.endswith('.d'):
            extended.add(template(directory.removesuffix('.d')))
        elif directory.endswith('.wants'):
            enabled.add(template(file.name))
    return extended, enabled


class Origins(unittest.TestCase):
    def test_heads(self):
        extended, enabled = found_in_golden_output()
        self.assertTrue(extended and enabled)
        for file in sorted((arguments.source / 'units').glob('fd-shmem*')):
            name = file.name.removesuffix('.in')
            acts = ['extends'] * (name in extended) + ['enables'] * (name in enabled)
            said = f'; fd-shmem-generator(8) {" and ".join(acts)} it' if acts else ''
            with self.subTest(unit=name):
                self.assertEqual(file.read_text().splitlines()[2],
                                 f'# This file is part of fd-shmem{said}.')


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    unittest.main(argv=['origins.py'], verbosity=2)
