#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Man pages: rendered without a warning; every example in them runs."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

arguments = None


def sources():
    return sorted(pathlib.Path(arguments.man).glob('*.scd'))


def examples(page):
    """The blocks of the EXAMPLES section."""
    text = (pathlib.Path(arguments.man) / page).read_text()
    section = re.search(r'^# EXAMPLES\n(.*?)^# ', text, re.M | re.S).group(1)
    return re.findall(r'^```\n(.*?)^```$', section, re.M | re.S)


class Pages(unittest.TestCase):
    def test_rendered(self):
        """groff and man have nothing to complain about"""
        if not shutil.which('scdoc') or not shutil.which('groff'):
            self.skipTest('needs scdoc and groff')
        for source in sources():
            page = subprocess.run(['scdoc'], input=source.read_bytes(), capture_output=True)
            self.assertEqual((page.returncode, page.stderr), (0, b''), source)
            for command in (['groff', '-ww', '-t', '-man', '-Tutf8'],
                            ['man', '--warnings', '-l', '-']):
                if not shutil.which(command[0]):
                    continue
                shown = subprocess.run(command, input=page.stdout, capture_output=True,
                                       env=dict(os.environ, MANPAGER='cat', LC_ALL='C.UTF-8'))
                self.assertEqual((shown.returncode, shown.stderr), (0, b''), (source, command))
                self.assertGreater(len(shown.stdout), 1000)

    def test_every_command_is_described(self):
        """fd-shmem(8) and the tool's own help have the same commands"""
        text = (pathlib.Path(arguments.man) / 'fd-shmem.8.scd').read_text()
        sections = text[text.index('# COMMANDS THAT SHOW'):text.index('# OPTIONS')]
        # Several may share a paragraph: "*start* [_DOMAIN_], *restart* [_DOMAIN_]".
        heads = re.findall(r'^\*[a-z-]+\*.*$', sections, re.M)
        described = {name for head in heads
                     for name in re.findall(r'(?:^|, )\*([a-z-]+)\*', head)}
        out = subprocess.run([arguments.tool, 'help'], text=True, capture_output=True).stdout
        known = set(re.findall(r'^  ([a-z-]+)', out, re.M))
        self.assertEqual(known, described)


class Configuration(unittest.TestCase):
    def test_examples(self):
        """The examples of fd-shmem.conf(5) are free of errors and warnings"""
        found = examples('fd-shmem.conf.5.scd')
        self.assertGreaterEqual(len(found), 3)
        for text in found:
            with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
                file.write(text)
                file.flush()
                done = subprocess.run([arguments.tool, 'verify', file.name], text=True,
                                      capture_output=True)
                self.assertEqual((done.returncode, done.stderr), (0, ''), text)


class Commands(unittest.TestCase):
    def run_line(self, line, directory):
        # What the lines call, and the paths they use, are ours here.
        environment = dict(os.environ, PATH=f'{directory}:{os.environ["PATH"]}',
                           FD_SHMEM_PATH=f'{directory}/first')
        line = line.replace('/mnt/second', f'{directory}/second')
        done = subprocess.run(['sh', '-c', line], cwd=directory, env=environment, text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, f'{line}\n{done.stdout}{done.stderr}')

    def test_examples(self):
        """The examples of fd-shmem(8), in their order, on this machine"""
        if os.geteuid() != 0 or not os.path.isdir('/sys/devices/system/node/node0/hugepages/'
                                                  'hugepages-2048kB'):
            self.skipTest('needs root and huge pages')
        directory = pathlib.Path(tempfile.mkdtemp(prefix='fd-shmem-test-'))
        for name in ('fd-shmem', 'fd_shmem_cfg'):
            (directory / name).symlink_to(arguments.tool)
        try:
            for block in examples('fd-shmem.8.scd'):
                for line in block.splitlines():
                    self.run_line(line, directory)
            left = [entry for entry in ('first', 'second') if (directory / entry).exists()]
            self.assertEqual(left, [])
        finally:
            for words in (('free', 'huge', '0'), ('fini',)):
                subprocess.run([arguments.tool, *words], capture_output=True,
                               env=dict(os.environ, FD_SHMEM_PATH=f'{directory}/first'))
            shutil.rmtree(directory)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--man', required=True, help='directory with the sources')
    parser.add_argument('--tool', required=True, type=os.path.abspath)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)
