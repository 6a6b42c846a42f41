#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the generator does when something is in its way, and with very many domains."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

DROPIN = 'fd-shmem-prepare@d0000.service.d/50-fd-shmem.conf'
GENERATOR = None


def contents(directory):
    return {path.relative_to(directory): os.readlink(path) if path.is_symlink() else path.read_bytes()
            for path in directory.rglob('*') if path.is_symlink() or path.is_file()}


class Failures(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.scratch.chmod(0o755)
        # Where a user without privileges can reach it, wherever the build directory is.
        self.generator = self.scratch / 'generator'
        shutil.copy(GENERATOR, self.generator)
        self.output = self.make_output('output')
        self.declare(1)

    def make_output(self, name):
        output = self.scratch / name
        output.mkdir()
        output.chmod(0o777)
        return output

    def declare(self, domains):
        (self.scratch / 'root/etc').mkdir(parents=True, exist_ok=True)
        (self.scratch / 'root/etc/fd-shmem.conf').write_text(''.join(
            f'[d{i:04}]\nPath=/srv/d{i:04}\nHuge=0:4\n' for i in range(domains)))

    def generate(self, output, **options):
        environment = {k: v for k, v in os.environ.items() if not k.startswith('SYSTEMD_')}
        done = subprocess.run([self.generator, f'--root={self.scratch / "root"}', *output],
                              env=environment, capture_output=True, text=True, **options)
        return done.returncode, done.stderr

    def test_usage(self):
        for arguments in ([], ['/a', '/b'], ['/a', '/b', '/c', '/d'], ['--nonsense', '/a']):
            status, _ = self.generate(arguments)
            self.assertEqual(status, 1, arguments)

    def test_no_output_directory(self):
        missing = self.scratch / 'missing'
        status, messages = self.generate([str(missing)])
        self.assertEqual(status, 1)
        self.assertIn(f'{missing}: cannot be opened', messages)

    def test_no_root_directory(self):
        (self.scratch / 'root/etc/fd-shmem.conf').unlink()
        (self.scratch / 'root/etc').rmdir()
        (self.scratch / 'root').rmdir()
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn('root: cannot be opened', messages)

    def test_existing_file_stays(self):
        (self.output / DROPIN).parent.mkdir()
        (self.output / DROPIN).write_text('of somebody else\n')
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn(f'{DROPIN}: exists already with other content', messages)
        self.assertEqual((self.output / DROPIN).read_text(), 'of somebody else\n')

    def test_existing_link_stays(self):
        link = self.output / 'sysinit.target.wants/fd-shmem.target'
        link.parent.mkdir()
        link.symlink_to('/elsewhere')
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn('fd-shmem.target: exists already', messages)
        self.assertEqual(os.readlink(link), '/elsewhere')

    def test_one_failure_does_not_stop_the_others(self):
        self.declare(3)
        (self.output / DROPIN).parent.mkdir()
        (self.output / DROPIN).write_text('of somebody else\n')
        self.generate([str(self.output)])
        self.assertTrue((self.output / 'srv-d0001-.huge.mount').exists())
        self.assertTrue((self.output / 'fd-shmem.target.wants/fd-shmem@d0002.target').is_symlink())

    @unittest.skipIf(os.geteuid() != 0, 'only root can stop being it')
    def test_without_privileges(self):
        self.generate([str(self.output)])
        other = self.make_output('other')
        status, messages = self.generate([str(other)], user=65534, group=65534, extra_groups=[])
        self.assertEqual((status, messages), (0, ''))
        self.assertEqual(contents(other), contents(self.output))

    def test_many_domains(self):
        self.declare(500)
        again = self.make_output('again')
        self.assertEqual(self.generate([str(self.output)]), (0, ''))
        self.assertEqual(self.generate([str(again)]), (0, ''))
        self.assertEqual(contents(self.output), contents(again))
        self.assertEqual(len(list(self.output.glob('*.mount'))), 1500)
        self.assertEqual(len(list(self.output.glob('fd-shmem.target.wants/*'))), 500)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--generator', required=True)
    known, rest = parser.parse_known_args()
    GENERATOR = os.path.abspath(known.generator)
    unittest.main(argv=[sys.argv[0], *rest])
