#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a shell offers at the end of a line. Without the shell the test is skipped."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
ALL = 'alloc apply check cmdline defrag fini free help init plan query reset restart start stop verify'
ROW = 'alloc fini free init query reset'
CLASSIC = 'alloc fini free help init query reset'

# The last word is the one that is being typed.
LINES = {
    'fd-shmem ': ALL,
    'fd_shmem_cfg ': CLASSIC,
    'fd-shmem ver': 'verify',
    'fd_shmem_cfg ver': '',
    'fd-shmem alloc 4 ': 'gigantic huge',
    'fd-shmem free h': 'huge',
    'fd-shmem alloc 4 huge ': '0 2',
    'fd_shmem_cfg free huge ': '0 2',
    'fd_shmem_cfg alloc 4 huge 0 ': CLASSIC,
    'fd-shmem alloc 4 huge 0 ': ROW,
    'fd_shmem_cfg init 0700 root root alloc 4 ': 'gigantic huge',
    'fd-shmem init 0700 roo': 'root',
    'fd-shmem reset dr': 'dropped',
    'fd-shmem query de': 'declared',
    'fd-shmem query declared re': 'reset',
    'fd-shmem reset u': 'up',
    'fd-shmem check de': 'declared',
    'fd-shmem query _': '',
    'fd-shmem query --j': '--json',
    'fd_shmem_cfg query --': '--json',
    'fd_shmem_cfg query --json ': CLASSIC,
    'fd_shmem_cfg query de': '',
    'fd-shmem apply ': 'declared dropped up',
    'fd-shmem apply --yes declared dr': 'dropped',
    'fd-shmem apply --': '--help --yes',
    'fd-shmem stop ': 'declared dropped up',
    'fd-shmem stop up ': '',
    'fd-shmem plan u': 'up',
    'fd-shmem verify --': '--help --machine --root --units',
    'fd-shmem defrag --node=': '0 2',
    'fd-shmem defrag --node=2': '2',
    'fd-shmem defrag --node ': '0 2',
    'fd-shmem defrag --for=': '1:gigantic 512:huge',
    'fd-shmem defrag --node 2 --fo': '--for',
    'fd-shmem help ': ALL,
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


def offers(shell, file, root):
    """What SHELL offers for each of LINES, as one string each."""
    if shell == 'bash':
        return [run(['bash', HERE / 'complete.bash', file, *bash_words(line)], root) for line in LINES]
    if shell == 'zsh':
        return run(['zsh', '-f', HERE / 'complete.zsh', file, *LINES], root).splitlines()
    script = f'set -g __fd_shmem_root $FD_SHMEM_TEST_ROOT; source {file}; '
    script += '; '.join(f'echo (complete -C "{line}" | cut -f 1)' for line in LINES)
    return run(['fish', '--no-config', '-c', script], root).splitlines()


class Completion(unittest.TestCase):
    shell = file = None

    def test_syntax(self):
        """The shell can read the file"""
        check = '--no-execute' if self.shell == 'fish' else '-n'
        subprocess.run([self.shell, check, self.file], check=True)

    def test_lines(self):
        """Every line"""
        with tempfile.TemporaryDirectory() as directory:
            make_root(pathlib.Path(directory))
            offered = offers(self.shell, self.file, directory)
        self.assertEqual(len(offered), len(LINES))
        for (line, expected), text in zip(LINES.items(), offered):
            words = {re.sub('^--[a-z]+=(?=.)|=$', '', word) for word in text.split()}
            with self.subTest(line=line):
                self.assertEqual(' '.join(sorted(words)), expected)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('shell')
    parser.add_argument('file', type=os.path.abspath)
    arguments = parser.parse_args()
    if not shutil.which(arguments.shell):
        print(f'{arguments.shell} is not installed')
        sys.exit(77)
    Completion.shell, Completion.file = arguments.shell, arguments.file
    unittest.main(argv=[sys.argv[0]], verbosity=2)
