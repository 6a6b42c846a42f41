#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What README says of packages is what the tree needs; options of the table are handled."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import unittest

arguments = None


def setup(*words):
    done = subprocess.run([arguments.source / 'tests' / 'setup', '--print', *words], text=True,
                          capture_output=True, check=True)
    return done.stdout.split()


class Packages(unittest.TestCase):
    def test_one_list(self):
        """README names no packages: what builds comes from the list that the tests use"""
        text = (arguments.source / 'README.md').read_text()
        self.assertIn('    tests/setup --build\n', text)
        self.assertNotRegex(text, r'apt(-get)? install')

    def test_releases(self):
        """systemd's pkg-config file is in systemd-dev since Debian 13"""
        self.assertNotIn('systemd-dev', setup('--build', '12'))
        for version in ('13', '13.1', '14'):
            self.assertIn('systemd-dev', setup('--build', version))

    def test_enough_to_build(self):
        """Every library and program that meson.build requires has its package in the list"""
        packages = setup('--build', '13')
        provider = {'libsystemd': 'libsystemd-dev', 'mount': 'libmount-dev', 'smartcols': 'libsmartcols-dev', 'inih': 'libinih-dev',
                    'json-c': 'libjson-c-dev', 'systemd': 'systemd-dev', 'cmocka': 'libcmocka-dev',
                    'scdoc': 'scdoc', 'python3': 'python3', 'threads': 'libc6-dev'}
        for needed in self.needed():
            self.assertIn(provider[needed], packages)

    def needed(self):
        """What the build files ask for and a Debian with nothing but essential packages lacks."""
        for file in arguments.source.glob('**/meson.build'):
            if file.relative_to(arguments.source).parts[0].startswith('build'):
                continue
            text = file.read_text()
            yield from re.findall(r"\bdependency\('([^']+)'", text)
            yield from (name for name in re.findall(r"\bfind_program\('([^']+)'", text)
                        if name != 'bash' and not (file.parent / name).exists())


def verbs():
    return json.loads(subprocess.run([arguments.verbs], stdout=subprocess.PIPE, check=True).stdout)


class ExitStatus(unittest.TestCase):
    def test_table(self):
        """fd-shmem(8) has a row for each exit status, and no other"""
        header = (arguments.source / 'helpers/tool/common/tool.h').read_text()
        page = (arguments.source / 'man/fd-shmem.8.scd').read_text()
        section = page[page.index('# EXIT STATUS'):page.index('# FILES')]
        known = re.findall(r'^ +TOOL_[A-Z_]+ = (\d+),', header, re.M)
        self.assertGreater(len(known), 2)
        self.assertEqual(re.findall(r'^\|  \*(\d+)\*$', section, re.M), known)


class Options(unittest.TestCase):
    def test_handled(self):
        """Every option of the table of verbs is asked for beside the verb that has it"""
        files = {file: file.read_text()
                 for file in (arguments.source / 'helpers/tool').glob('**/*.c')}
        for verb in verbs():
            home = next(file.parent for file, text in files.items()
                        if f'int verb_{verb["name"].replace("-", "_")}(' in text)
            nearby = '\n'.join(text for file, text in files.items() if file.parent == home)
            for option in verb['fd-shmem']['options']:
                name = 'OPTION_' + option['name'].upper().replace('-', '_')
                self.assertTrue(re.search(rf'\b{name}\b', nearby), f'{verb["name"]} --{option["name"]}')

    def test_lists(self):
        """The sentences of fd-shmem(8) that list commands list those of the table"""
        page = ' '.join((arguments.source / 'man/fd-shmem.8.scd').read_text().split())
        for pattern, expected in (
                (r'The commands ([^.]*?) can be given several',
                 {verb['name'] for verb in verbs() if verb['fd-shmem']['in_a_row']}),
                (r'script of that name: the commands ([^.]*?), without',
                 {verb['name'] for verb in verbs() if 'fd_shmem_cfg' in verb})):
            match = re.search(pattern, page)
            self.assertTrue(match, pattern)
            self.assertEqual(set(re.findall(r'[*](\w+)[*]', match[1])), expected)


def key_rows(table=''):
    """Names and members of the table of keys, or of the domains' part of it."""
    text = (arguments.source / 'conf/keys/keys.c').read_text()
    return re.findall(r'KEY[(]"([\w.]+)"((?:[^"]|"[^"]*")*?)[.]help',
                      text[text.index(table):text.index('global_keys[] =') if table else len(text)])


def code(*patterns):
    return '\n'.join(file.read_text() for pattern in patterns for file in arguments.source.glob(pattern))


class Keys(unittest.TestCase):
    def test_used(self):
        """Every key that is an option of reserve is read where reservations are made"""
        modules = code('helpers/modules/**/*.[ch]')
        options = [(name, row) for name, row in key_rows() if '.option =' in row]
        self.assertGreater(len(options), 3)
        for name, row in options:
            if 'DOMAIN(size[' in row:
                self.assertIn('domain_page_size(&arg_domain', code('helpers/reserve.c'))
                continue
            member = re.search(r'[(]policy(?:[.](\w+))?[)]', row)
            self.assertTrue(member, f'{name}= is an option of reserve, and no member of a policy')
            read = rf'policy(?:[.]|->){member[1]}\b' if member[1] else rf'policy_{name.lower()}[(]'
            self.assertTrue(re.search(read, modules), f'{name}= is handed to reserve, which ignores it')

    def test_compared(self):
        """Every key that takes effect on a domain that is up is compared by plan"""
        plan = code('helpers/tool/plan/*.c')
        types = re.findall(r'X[(][A-Z]+, \w+, (\w+)[)]', code('basic/words/page-type.h'))
        self.assertIn('Huge', types)
        for name, row in key_rows('domain_keys[] ='):
            if 'DOMAIN(declared_place[' in row:
                self.assertIn('page_type_place_key(', plan)
            elif '.option =' not in row and name not in [*types, 'Normal']:
                self.assertTrue(f'"{name}"' in plan, f'plan does not compare {name}=')


    def test_conditions(self):
        """fd-shmem.conf(5) lists the conditions that there are"""
        table = code('conf/keys/value-conditions.c')
        known = {'Condition' + name for name in re.findall(r'[{] PREFIX "(\w+)"', table)}
        listed = re.search(r'Known are (.*?)[.] Specifiers', code('man/fd-shmem.conf.5.scd'), re.S)
        self.assertGreater(len(known), 20)
        self.assertEqual(set(re.findall(r'[*](\w+)=[*]', listed[1])), known)


class Generator(unittest.TestCase):
    def test_reads(self):
        """fd-shmem-generator(8) names what the test of its system calls lets it read beside its own"""
        sys.path.insert(0, str(arguments.source / 'tests/generator'))
        import confinement  # pylint: disable=import-outside-toplevel
        named = {'etc/fstab': '_/etc/fstab_', 'proc/cmdline': 'the kernel command line',
                 'proc/1/cmdline': 'that of PID 1'}
        allowed = re.findall(r'[|](\w+(?:/\w+)+)(?=[|)])', confinement.CONFIGURATION.pattern)
        page = ' '.join((arguments.source / 'man/fd-shmem-generator.8.scd').read_text().split())
        self.assertEqual(set(allowed) - {'usr/local/lib', 'usr/lib'}, set(named))
        for text in (*named.values(), '_/dev/kmsg_'):
            self.assertIn(text, page)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', required=True, type=pathlib.Path)
    parser.add_argument('--verbs', required=True, type=pathlib.Path)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    unittest.main(argv=['documents.py', *arguments.rest], verbosity=2)
