#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each test that is written is also run: scenarios, C tests, golden cases of the generator; and each source
is compiled, each room has a wall; and docs/adding.md names tests that there are."""

import json
import pathlib
import re
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
        known = {name.removesuffix('-trixie') for name in self.tests}
        for folder, list_of in (('tests/vm/scenarios', 'tests/vm'), ('tests/vm/clients',) * 2,
                                ('tests/vm/topologies', 'tests/vm'),
                                ('tests/architectures',) * 2):
            missing = [path.stem for path in below(f'{folder}/', '*.sh')
                       if path.stem not in known]
            self.assertEqual(missing, [], f'not in {list_of}/meson.build')

    def test_golden(self):
        cases = {path.parts[2] for path in below('tests/generator/', '*')
                 if path.parts[2][:2].isdigit()}
        missing = [case for case in cases if f'generator/{case}' not in self.tests]
        self.assertEqual(missing, [], 'not in tests/generator/meson.build')

    def check_built(self, folder, pattern):
        built = {source for target in introspect('targets')
                 for group in target['target_sources'] for source in group.get('sources', [])}
        missing = [str(path) for path in below(folder, pattern)
                   if str((tree.source / path).resolve()) not in built]
        self.assertEqual(missing, [], 'compiled into nothing')

    def test_sources(self):
        self.check_built('tests/', 'test-*.c')
        for folder in 'basic/', 'conf/', 'generator/', 'helpers/':
            self.check_built(folder, '*.c')

    def test_units(self):
        installed = {pathlib.PurePath(target).name for target in introspect('installed').values()}
        missing = [str(path) for path in below('units/', '*')
                   if path.name != 'meson.build' and path.name.removesuffix('.in') not in installed]
        self.assertEqual(missing, [], 'not in units/meson.build')

    def test_walls(self):
        """The rooms of the table in docs/architecture.md; that of the programs is no library"""
        rooms = set(re.findall(r'^\| `([a-z/]+)` \|', tree.read('docs/architecture.md'), re.M))
        names = {'helpers/tool': 'tool-verbs'}
        expected = {'wall-' + names.get(room, room.replace('helpers/modules/', '')
                                        .replace('helpers/', '').replace('/', '-'))
                    for room in rooms - {'helpers'}}
        built = {target['name'] for target in introspect('targets')
                 if target['name'].startswith('wall-')}
        self.assertEqual(expected, built, 'tests/house/meson.build')

    def test_symptoms(self):
        """Each symptom that doctor looks for has a row in docs/troubleshooting.md, and the other way round; and a test
        that exists"""
        sources = [tree.read(name) for name in tree.tracked() if name.startswith('helpers/tool/doctor/')]
        found = set(re.findall(r'doctor_(?:find|note)\(\s*doctor,\s*"([a-z ]+)"', '\n'.join(sources)))
        rows = re.findall(r'^\| .* \| ((?:note )?`.*) \| .* \| ([a-z-]+) \|$', tree.read('docs/troubleshooting.md'), re.M)
        named = {word for cell, _ in rows for word in re.findall(r'`([a-z ]+)`', cell)}
        self.assertEqual(found, named)
        tests = {name.split(' / ')[-1] for name in (test['name'] for test in introspect('tests'))}
        self.assertEqual({test for _, test in rows} - tests, set())

    def test_requests(self):
        """The last cell of a row of docs/requests.md names tests, and rows are numbered"""
        rows = re.findall(r'^\| (\d+) \|.*\|(.*)\|$', tree.read('docs/requests.md'), re.M)
        self.assertEqual([int(number) for number, _ in rows], list(range(1, len(rows) + 1)))
        missing = {name.strip() for _, cell in rows for name in cell.split(',') if name.strip()} - \
            self.tests
        self.assertEqual(missing, set(), 'docs/requests.md names tests that there are not')

    def test_named(self):
        rows = re.findall(r'^\| .*$', tree.read('docs/adding.md'), re.M)
        cells = ' '.join(row.strip('| ').split(' | ')[-1] for row in rows)
        suites = {name.split('/')[0] for name in self.tests if '/' in name}
        missing = [name for name in re.findall(r'(?<![\w/])[a-z]+/[a-z-]+(?![\w/*.])', cells)
                   if name.split('/')[0] in suites and name not in self.tests]
        self.assertEqual(missing, [], 'docs/adding.md names tests that there are not')


if __name__ == '__main__':
    tree.main('--build')
