#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each unit file has its name in the table of units, is installed, and has its place in the man page; no
other source makes up a name, and what the table says of a unit is what its file says."""

import json
import re
import unittest

import tree

TABLE = 'basic/words/unit-table.h'
UNIT = re.compile(r'fd-shmem[\w-]*@?\.(?:service|target|path|timer)')
ROW = re.compile(r'X\((?P<unit>\w+), "(?P<template>[^"]+)", (?P<roles>[\w |]+)\)')
INSTANCE = re.compile(r'(?<=@)[^\s".*]+(?=\.(?:service|target|path|timer))')

# The texts of generated units are there to be read as they are.
WRITERS = (TABLE, 'generator/text/unit-text.c', 'generator/size-order.c')
# Generated under names of their own.
OF_SIZE = re.compile(r'fd-shmem-(?:late-)?size-SIZE[.]target')
# A name of a unit, or the format of one, as a whole string.
NAME = re.compile(r'"(fd-shmem[\w%-]*@?[\w%:]*\.(?:service|target|path|timer)|fd-shmem[\w-]*@)"')


def files():
    return {name.split('/')[-1].removesuffix('.in') for name in tree.tracked()
            if name.startswith('units/fd-shmem')}


def table():
    return re.findall(rf'"({UNIT.pattern})"', tree.read(TABLE))


def parts():
    """The templates of a domain's parts, but for its target."""
    return [row['template'] for row in ROW.finditer(tree.read(TABLE))
            if 'UNIT_PART' in row['roles'] and row['unit'] != 'TARGET']


def read_unit(name):
    plain = f'units/{name}'
    return tree.read(plain if (tree.source / plain).exists() else plain + '.in')


def setting(text, key):
    return ' '.join(re.findall(rf'^{key}=(.*)$', text, re.M)).split()


class Units(unittest.TestCase):
    def test_table(self):
        self.assertEqual(sorted(table()), sorted(files()), TABLE)
        self.assertGreater(len(parts()), 2)

    def test_installed(self):
        installed = json.loads((tree.options.build / 'meson-info/intro-installed.json').read_text())
        names = {path.split('/')[-1] for path in installed.values()}
        self.assertEqual(files() - names, set())

    def test_man(self):
        text = tree.read('man/fd-shmem-generator.8.scd').replace('@D:gigantic.', '@.') \
            .replace('@D:huge.', '@.').replace('@D:TYPE.', '@.').replace('@D.', '@.')
        missing = files() - set(UNIT.findall(text))
        self.assertEqual(missing, set(), 'fd-shmem-generator(8), UNITS')

    def test_no_other_names(self):
        """Adjacent strings are one: names within a sentence are for people."""
        for name in tree.tracked():
            if name.split('/')[0] not in ('basic', 'conf', 'generator', 'helpers') or \
               not name.endswith(('.c', '.h')) or name in WRITERS:
                continue
            text = re.sub(r'"\s*"', '', tree.read(name))
            self.assertEqual(NAME.findall(text), [], f'{name}: take it from {TABLE}')

    def test_mentioned(self):
        """Whatever unit a unit, a text of one, or a page speaks of is there."""
        known = files()
        for name in tree.tracked():
            if name.startswith(('units/', 'man/', 'docs/')) or name in (*WRITERS, 'README.md'):
                text = OF_SIZE.sub('', INSTANCE.sub('', tree.read(name) or ''))
                mentioned = UNIT.findall(text)
                self.assertEqual(set(mentioned) - known, set(), name)

    def test_required(self):
        """The start of a domain's target starts each of its parts; those of a page type by what is generated"""
        required, pending = set(), ['fd-shmem@.target']
        while pending:
            name = pending.pop()
            for unit in setting(read_unit(name), 'Requires'):
                unit = unit.replace('@%i.', '@.')
                if unit in files() and unit not in required:
                    required.add(unit)
                    pending.append(unit)
        of_types = {row['template'] for row in ROW.finditer(tree.read(TABLE))
                    if 'UNIT_OF_TYPE' in row['roles']}
        self.assertEqual(set(parts()) - of_types - required, set(),
                         'not required by fd-shmem@.target, nor by what it requires')

    def test_parts(self):
        """A part is stopped with the target, and after the teardown, which is stopped first."""
        teardown = setting(read_unit('fd-shmem-teardown@.service'), 'After')
        texts = tree.read('generator/text/unit-text.c')
        for template in parts():
            instance = template.replace('@.', '@%i.')
            text = read_unit(template)
            generated = re.findall(rf'^static const char {template[9:].split("@")[0]}\w*\[\] =(.*?);$',
                                   texts, re.M | re.S)
            with self.subTest(template):
                self.assertTrue(instance in teardown or
                                'fd-shmem-teardown@%i.service' in setting(text, 'Before') or
                                generated and all('fd-shmem-teardown@{domain}.service' in one
                                                  for one in generated))
                self.assertTrue('fd-shmem@%i.target' in setting(text, 'PartOf') or
                                generated and all('PartOf=fd-shmem@{domain}.target' in one
                                                  for one in generated))


if __name__ == '__main__':
    tree.main('--build')
