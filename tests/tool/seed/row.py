# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the rows share: the pools, a domain of their own, and the calls."""

import glob
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

NODES = '/sys/devices/system/node'
SIZES = {'huge': 2048, 'gigantic': 1048576}  # kB
HUGE = 2 << 20


class Options:
    """What the test was called with."""
    tool = helpers = None
    speed = False


def pool_file(kind, node, name):
    return pathlib.Path(f'{NODES}/node{node}/hugepages/hugepages-{SIZES[kind]}kB/{name}')


def pool(kind, node, name='nr_hugepages'):
    return int(pool_file(kind, node, name).read_text())


def pools():
    return {path: pathlib.Path(path).read_text()
            for path in sorted(glob.glob(f'{NODES}/node*/hugepages/*/nr_hugepages'))}


def nodes_with_memory():
    text = pathlib.Path(f'{NODES}/has_memory').read_text().strip()
    nodes = []
    for part in text.split(','):
        first, _, last = part.partition('-')
        nodes += range(int(first), int(last or first) + 1)
    return nodes


NODE = nodes_with_memory()[0]


def gives_a_gigantic_page():
    """Whether one more is to be had by a plain write: memory that was stirred for long has none."""
    path, before = pool_file('gigantic', NODE, 'nr_hugepages'), pool('gigantic', NODE)
    path.write_text(str(before + 1))
    got = pool('gigantic', NODE) > before
    path.write_text(str(before))
    return got


def needs_a_gigantic_page(test):
    def run(self):
        if not gives_a_gigantic_page():
            self.skipTest('no gigantic page is to be had on this machine now')
        test(self)
    run.__doc__ = test.__doc__
    return run


def mounts(path):
    lines = [line.split() for line in pathlib.Path('/proc/mounts').read_text().splitlines()]
    return {os.path.basename(line[1]): line for line in lines
            if line[1].startswith(str(path) + '/')}


class Holder:
    """A process that maps one page of a region."""

    def __init__(self, path):
        code = ('import mmap, os, sys, time\n'
                'fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)\n'
                f'os.ftruncate(fd, {HUGE})\n'
                f'm = mmap.mmap(fd, {HUGE}); m[0:4] = b"live"\n'
                'print("ready", flush=True); sys.stdin.read()')
        self.process = subprocess.Popen([sys.executable, '-c', code, str(path)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == 'ready\n'

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Row(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix='fd-shmem-test-'))
        self.path = self.top / '.fd'
        self.classic = self.top / 'fd_shmem_cfg'
        self.classic.symlink_to(Options.tool)
        self.before = pools()

    def tearDown(self):
        for kind in SIZES:
            self.cfg('free', kind, str(NODE))
        code, out, err = self.cfg('fini')
        left = self.what_is_left()
        self.clean_up()
        self.assertEqual(left, self.nothing(), f'free and fini left something; fini: {code} {out}{err}')

    def nothing(self):
        return {'mounts': [], 'path': False, 'pools': self.before, 'records': []}

    def what_is_left(self):
        return {'mounts': sorted(mounts(self.path)), 'path': self.path.exists(), 'pools': pools(),
                'records': self.records()}

    def records(self):
        """What the ledger has of any path below our directory."""
        return sorted(name for name in glob.glob('/run/fd-shmem/*/*') if self.escaped() in name)

    def escaped(self):
        return self.top.name.replace('-', '\\x2d')

    def clean_up(self):
        """A row that failed must not be the reason why the next ones do."""
        for line in reversed(pathlib.Path('/proc/mounts').read_text().splitlines()):
            point = line.split()[1]
            if point.startswith(f'{self.top}/'):
                subprocess.run(['umount', '--lazy', point], check=True)
        for name in [*self.records(), *glob.glob('/run/fd-shmem/lock-domain-*')]:
            if self.escaped() in name:
                os.unlink(name)
        for path, pages in self.before.items():
            pathlib.Path(path).write_text(pages)
        shutil.rmtree(self.top)

    def call(self, program, *words, path=None):
        environment = dict(os.environ, FD_SHMEM_PATH=str(path or self.path))
        done = subprocess.run([program, *words], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def cfg(self, *words, **options):
        return self.call(self.classic, *words, **options)

    def succeed(self, *words, **options):
        code, out, err = self.cfg(*words, **options)
        self.assertEqual(code, 0, out + err)
        return out

    def fail_with(self, text, *words, **options):
        code, out, err = self.cfg(*words, **options)
        self.assertEqual(code, 1, out + err)
        self.assertIn(text, out, err)
        return out

    def describe(self, name):
        st = os.stat(self.path / name)
        return st.st_uid, st.st_gid, stat.S_IMODE(st.st_mode)


def os_nobody():
    import pwd
    entry = pwd.getpwnam('nobody')
    return entry.pw_uid, entry.pw_gid
