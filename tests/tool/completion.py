#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a shell offers at the end of a line. Without the shell the test is skipped."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent


def names(verbs, program='fd-shmem', following=False):
    """The verbs of a program, or those of them that can follow another."""
    return ' '.join(sorted(verb['name'] for verb in verbs
                           if program in verb and (verb[program]['in_a_row'] or not following)))


def options(verbs, name):
    verb = next(verb for verb in verbs if verb['name'] == name)
    return ' '.join(sorted(['--help'] + ['--' + option['name'] for option in verb['fd-shmem']['options']]))


def lines(verbs):
    """Lines, of which the last word is being typed, and what is to be offered."""
    every, following, classic = names(verbs), names(verbs, following=True), names(verbs, 'fd_shmem_cfg')
    return {
        'fd-shmem ': every,
        'fd_shmem_cfg ': classic,
        'fd-shmem ver': 'verify',
        'fd_shmem_cfg ver': '',
        'fd-shmem alloc 4 ': 'gigantic huge',
        'fd-shmem free h': 'huge',
        'fd-shmem alloc 4 huge ': '0 2',
        'fd_shmem_cfg free huge ': '0 2',
        'fd_shmem_cfg alloc 4 huge 0 ': classic,
        'fd-shmem alloc 4 huge 0 ': following,
        'fd_shmem_cfg init 0700 root root alloc 4 ': 'gigantic huge',
        'fd-shmem init 0700 roo': 'root',
        'fd-shmem reset dr': 'dropped',
        'fd-shmem query de': 'declared',
        'fd-shmem query declared re': 'reset',
        'fd-shmem reset u': 'up',
        'fd-shmem check de': 'declared',
        'fd-shmem query _': '',
        'fd-shmem query --js': '--json',
        'fd-shmem query --json=': 'off pretty short',
        'fd-shmem query --json re': 'reset',
        'fd-shmem query --table=': 'domains holders pools regions',
        'fd-shmem query --table ': 'domains holders pools regions',
        'fd-shmem query --table pools re': 'reset',
        'fd-shmem query -o NODE re': 'reset',
        'fd-shmem query -o SURP': 'SURPLUS',
        'fd_shmem_cfg query --': '--json',
        'fd_shmem_cfg query --json ': classic,
        'fd_shmem_cfg query de': '',
        'fd-shmem apply ': 'declared dropped up',
        'fd-shmem apply --yes declared dr': 'dropped',
        'fd-shmem apply --': options(verbs, 'apply'),
        'fd-shmem stop ': 'declared dropped up',
        'fd-shmem stop up ': '',
        'fd-shmem plan u': 'up',
        'fd-shmem verify --': options(verbs, 'verify'),
        'fd-shmem defrag --node=': '0 2',
        'fd-shmem defrag --node=2': '2',
        'fd-shmem defrag --node ': '0 2',
        'fd-shmem defrag --for=': '1:gigantic 512:huge',
        'fd-shmem defrag --node 2 --fo': '--for',
        'fd-shmem help ': every,
        'fd-shmem help query ': '',
    }


def make_root(root):
    """A machine with two nodes, a domain that is up, and a configuration with three."""
    for directory in ('run/fd-shmem/domain', 'etc/fd-shmem.conf.d', 'sys/devices/system/node/node0',
                      'sys/devices/system/node/node2'):
        (root / directory).mkdir(parents=True)
    for name in ('up', '_mnt-.fd'):
        (root / 'run/fd-shmem/domain' / name).touch()
    (root / 'etc/fd-shmem.conf').write_text('[fd-shmem]\nDefrag=auto\n[declared]\nHuge=4\n')
    (root / 'etc/fd-shmem.conf.d/50-x.conf').write_text('[dropped]\n[up]\n')


def run(words, root):
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, check=True, timeout=100,
                          env=dict(os.environ, FD_SHMEM_TEST_ROOT=root))
    return done.stdout


def bash_words(line):
    """The words of LINE to bash, which makes three of "--root=DIR"."""
    words = [part for word in line.split(' ') for part in re.split('(=)', word)]
    return words[:-1] if words[-2:] == ['=', ''] else words


def offers(shell, file, root, typed):
    """What SHELL offers for each of the lines TYPED, as one string each."""
    if shell == 'bash':
        return [run(['bash', HERE / 'complete.bash', file, *bash_words(line)], root) for line in typed]
    if shell == 'zsh':
        return run(['zsh', '-f', HERE / 'complete.zsh', file, *typed], root).splitlines()
    script = f'set -g __fd_shmem_root $FD_SHMEM_TEST_ROOT; source {file}; '
    script += '; '.join(f'echo (complete -C "{line}" | cut -f 1)' for line in typed)
    return run(['fish', '--no-config', '-c', script], root).splitlines()


class Completion(unittest.TestCase):
    shell = file = verbs = None

    def test_syntax(self):
        """The shell can read the file"""
        check = '--no-execute' if self.shell == 'fish' else '-n'
        subprocess.run([self.shell, check, self.file], check=True)

    def test_lines(self):
        """Every line"""
        cases = lines(self.verbs)
        with tempfile.TemporaryDirectory() as directory:
            make_root(pathlib.Path(directory))
            offered = offers(self.shell, self.file, directory, cases)
        self.assertEqual(len(offered), len(cases))
        for (line, expected), text in zip(cases.items(), offered):
            words = {re.sub('^--[a-z]+=(?=.)|=$', '', word) for word in text.split()}
            with self.subTest(line=line):
                self.assertEqual(' '.join(sorted(words)), expected)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('shell')
    parser.add_argument('file', type=os.path.abspath)
    parser.add_argument('dump_verbs')
    arguments = parser.parse_args()
    if not shutil.which(arguments.shell):
        print(f'{arguments.shell} is not installed')
        sys.exit(77)
    Completion.shell, Completion.file = arguments.shell, arguments.file
    Completion.verbs = json.loads(subprocess.run([arguments.dump_verbs], stdout=subprocess.PIPE,
                                                 check=True).stdout)
    unittest.main(argv=[sys.argv[0]], verbosity=2)
