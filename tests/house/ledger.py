#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/ledger.md has each key that the records have, and no others; and the version is that of now."""

import re
import unittest

import tree

NAME = 'docs/ledger.md'
# How the sources name a key: reading its line, one of its fields, or in the table of a domain's keys.
KEY = re.compile(r'(?:record_value|record_parse_pair|parse_optional)\([^,"]+, "([a-z-]+)"'
                 r'|\{ "([a-z-]+)", write_')
# A row of the tables of keys: `name`, or `name`, `name`.
ROW = re.compile(r'^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|', re.M)


def in_sources():
    keys = set()
    for name in tree.tracked():
        if name.startswith('helpers/modules/') and name.endswith('.c'):
            keys |= {one or other for one, other in KEY.findall(tree.read(name))}
    return keys


def in_document():
    """The keys in the sections of the records; not the names of locks and files."""
    text = tree.read(NAME)
    records = text[text.index('\n## Records'):text.index('\n## Files without')]
    return {key for row in ROW.findall(records) for key in re.findall(r'`([a-z-]+)`', row)}


class Ledger(unittest.TestCase):
    def test_keys(self):
        # The lines "end" are no keys; those of settings have their own section; "others" has no table.
        sources = in_sources() - {'old', 'new', 'earlier'}
        self.assertEqual(sources - {'others'}, in_document() - {'end'}, NAME)

    def test_version(self):
        header = next(name for name in tree.tracked() if name.endswith('/record-text.h'))
        version = re.search(r'#define RECORD_VERSION (\d+)', tree.read(header))[1]
        self.assertIn(f'\n    version={version}\n', tree.read(NAME))


if __name__ == '__main__':
    tree.main()
