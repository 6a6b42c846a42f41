#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each test that is written is also run: scenarios, C tests, golden cases of the generator."""

import json
import pathlib
import unittest

import tree


def introspect(what):
    return json.loads((tree.options.build / 'meson-info' / f'intro-{what}.json').read_text())


def below(folder, pattern):
    return [pathlib.PurePath(name) for name in tree.tracked()
            if name.startswith(folder) and pathlib.PurePath(name).match(pattern)]


class Registered(unittest.TestCase):
    def setUp(self):
        self.tests = {test['name'] for test in introspect('tests')}

    def test_scenarios(self):
        if 'a-boot' not in self.tests:
            self.skipTest('built without machine tests')
        known = {name.removesuffix('-trixie') for name in self.tests}
        missing = [path.stem for path in below('tests/vm/scenarios/', '*.sh')
                   if path.stem not in known]
        self.assertEqual(missing, [], 'not in tests/vm/meson.build')

    def test_golden(self):
        cases = {path.parts[2] for path in below('tests/generator/', '*')
                 if path.parts[2][:2].isdigit()}
        missing = [case for case in cases if f'generator/{case}' not in self.tests]
        self.assertEqual(missing, [], 'not in tests/generator/meson.build')

    def test_sources(self):
        built = {source for target in introspect('targets')
                 for group in target['target_sources'] for source in group.get('sources', [])}
        missing = [str(path) for path in below('tests/', 'test-*.c')
                   if str((tree.source / path).resolve()) not in built]
        self.assertEqual(missing, [], 'compiled into no test')


if __name__ == '__main__':
    tree.main('--build')
