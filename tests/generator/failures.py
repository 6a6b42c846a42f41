#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the generator does when something is in its way, and with very many domains."""

import argparse
import os
import pathlib
import resource
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
        self.assertIn(f'Cannot open the unit directory {missing}: ', messages)

    def test_no_root_directory(self):
        (self.scratch / 'root/etc/fd-shmem.conf').unlink()
        (self.scratch / 'root/etc').rmdir()
        (self.scratch / 'root').rmdir()
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn('Cannot open the root directory ', messages)

    def test_existing_file_stays(self):
        (self.output / DROPIN).parent.mkdir()
        (self.output / DROPIN).write_text('of somebody else\n')
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn(f'{DROPIN}: already exists with other content', messages)
        self.assertEqual((self.output / DROPIN).read_text(), 'of somebody else\n')

    def test_existing_link_stays(self):
        link = self.output / 'sysinit.target.wants/fd-shmem.target'
        link.parent.mkdir()
        link.symlink_to('/elsewhere')
        status, messages = self.generate([str(self.output)])
        self.assertEqual(status, 1)
        self.assertIn('fd-shmem.target: already exists', messages)
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


    def test_too_many_domains(self):
        """Well under a second, whatever is on the other CPUs: no unit but the one that says why."""
        self.declare(100_000)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        status, messages = self.generate([str(self.output)])
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        self.assertEqual(status, 0)
        self.assertEqual(messages, '/etc/fd-shmem.conf:3001: more than 1000 domains are declared, starting none of them\n')
        self.assertLess(used, 1)
        self.assertEqual(sorted(str(name) for name in contents(self.output)),
                         ['fd-shmem-check.service.d/50-fd-shmem.conf',
                          'sysinit.target.wants/fd-shmem.target'])
        self.assertIn('"--error=more than 1000 domains are declared, starting none of them"',
                      (self.output / 'fd-shmem-check.service.d/50-fd-shmem.conf').read_text())

    def test_as_many_domains_as_may_be(self):
        self.declare(1000)
        self.assertEqual(self.generate([str(self.output)]), (0, ''))
        self.assertEqual(len(list(self.output.glob('fd-shmem.target.wants/*'))), 1000)

    def test_many_messages(self):
        (self.scratch / 'root/etc/fd-shmem.conf').write_text(
            '[a]\nPath=/srv/a\n' + ''.join(f'Key{i}=\n' for i in range(20_000)) +
            '[b]\nPath=/srv/b\n' + 'Huge=x\n' * 300)
        status, messages = self.generate([str(self.output)])
        lines = messages.splitlines()
        self.assertEqual(status, 0)
        self.assertEqual(len([line for line in lines if 'Unknown key' in line]), 100)
        self.assertEqual(len([line for line in lines if 'Huge=' in line]), 100)
        self.assertEqual(lines[-2:], ['and 200 more errors', 'and 19900 more warnings'])
        self.assertEqual(len(lines), 202)
        self.assertIn("'x' is not a number", (
            self.output / 'fd-shmem-prepare@b.service.d/50-fd-shmem.conf').read_text())

    def test_the_last_of_many_errors_is_its_domains(self):
        (self.scratch / 'root/etc/fd-shmem.conf').write_text(
            '[a]\n' + 'Huge=x\n' * 300 + '[b]\nPath=/srv/b\nMode=nine\n')
        self.generate([str(self.output)])
        self.assertIn("'nine' is not an octal mode", (
            self.output / 'fd-shmem-prepare@b.service.d/50-fd-shmem.conf').read_text())

    def test_fstab_is_no_file(self):
        """Neither waits for a writer, nor opens a device."""
        for make in (lambda path: os.mkfifo(path), lambda path: path.mkdir()):
            fstab = self.scratch / 'root/etc/fstab'
            make(fstab)
            output = self.make_output(f'output-{fstab.is_dir()}')
            status, messages = self.generate([str(output)], timeout=60)
            self.assertEqual((status, messages),
                             (0, '/etc/fstab: is not a regular file, assuming it is empty\n'))
            self.assertTrue((output / DROPIN).exists())
            fstab.rmdir() if fstab.is_dir() else fstab.unlink()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--generator', required=True)
    known, rest = parser.parse_known_args()
    GENERATOR = os.path.abspath(known.generator)
    unittest.main(argv=[sys.argv[0], *rest])
