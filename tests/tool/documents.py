#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What README, man pages and completions say is what the tree does: packages, options."""

import argparse
import pathlib
import re
import subprocess
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
        provider = {'libsystemd': 'libsystemd-dev', 'mount': 'libmount-dev', 'inih': 'libinih-dev',
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


def synopses():
    """What the tool says that each command takes."""
    out = subprocess.run([arguments.tool, 'help'], text=True, capture_output=True, check=True).stdout
    return dict(re.findall(r'^  ([a-z]+) ?(.*)\n        ', out, re.M))


class Options(unittest.TestCase):
    """The synopses are the program's; its own help prints them."""

    def test_man(self):
        """fd-shmem(8) has each command with the same words"""
        text = (arguments.source / 'man' / 'fd-shmem.8.scd').read_text()
        sections = text[text.index('# COMMANDS THAT SHOW'):text.index('# OPTIONS')]
        headings = [re.sub(r'[*_]', '', words).split(' ', 1)
                    for line in re.findall(r'^\*[a-z]+\*(?: [^a-z ].*)?$', sections, re.M)
                    for words in re.split(r', (?=\*)', line)]
        self.assertEqual({words[0]: words[1] if len(words) > 1 else '' for words in headings},
                         synopses())


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', required=True, type=pathlib.Path)
    parser.add_argument('--tool', required=True, type=pathlib.Path)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    unittest.main(argv=['documents.py', *arguments.rest], verbosity=2)
