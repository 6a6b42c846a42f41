# SPDX-License-Identifier: LGPL-2.1-or-later
"""Domains: made, removed, and their regions."""

import os
import pathlib
import random
import shutil
import signal
import stat
import subprocess
import time

from seed.row import HUGE, NODE, Holder, mounts, Options, os_nobody, pool, Row


class Init(Row):
    def test_makes_a_domain(self):
        """init: makes path and mounts, chown USER:GROUP, chmod PERM on all of them; success"""
        out = self.succeed('init', '0750', 'nobody', '')
        self.assertEqual(out, 'init 0750 nobody : success\n')
        expected = os_nobody() + (0o750,)
        for name in ('', '.normal', '.huge', '.gigantic'):
            self.assertEqual(self.describe(name), expected, name)

    def test_mounts(self):
        """init: tmpfs and hugetlbfs. Better: options that clients check for, no size= limit"""
        self.succeed('init', '0700', '', '')
        found = mounts(self.path)
        self.assertEqual(found['.normal'][2], 'tmpfs')
        for name, size in (('.huge', '2M'), ('.gigantic', '1024M')):
            self.assertEqual((found[name][0], found[name][2]), ('none', 'hugetlbfs'))
            self.assertRegex(found[name][3], rf'^rw(,seclabel)?,relatime,pagesize={size}$')

    def test_exists(self):
        """init: refused if the directory exists, which stays as it was"""
        self.path.mkdir()
        (self.path / 'file').write_text('mine')
        self.fail_with(f'{self.path}', 'init', '0700', '', '')
        self.assertEqual((self.path / 'file').read_text(), 'mine')
        shutil.rmtree(self.path)
        self.path.mkdir()
        self.fail_with('exists', 'init', '0700', '', '')
        self.path.rmdir()
        self.succeed('init', '0700', '', '')
        self.fail_with(f'init 0700  : fail, path {self.path} exists', 'init', '0700', '', '')
        self.assertEqual(len(mounts(self.path)), 3)

    def test_owner_forms(self):
        """init: users and groups as chown takes them: names, numbers, either empty"""
        nobody, nogroup = os_nobody()
        for user, group, expected in (('', '', (0, 0)), ('nobody', '', (nobody, nogroup)),
                                      ('1234', '5678', (1234, 5678)), ('', '5678', (0, 5678)),
                                      ('nobody', '0', (nobody, 0))):
            self.succeed('init', '0700', user, group)
            self.assertEqual(self.describe('')[:2], expected, (user, group))
            self.assertEqual(self.describe('.huge')[:2], expected, (user, group))
            self.succeed('fini')

    def test_mode_forms(self):
        """init: modes as chmod takes them"""
        old = os.umask(0o022)
        try:
            for text, expected in (('0775', 0o775), ('u=rwx,g=,o=', 0o700), ('a+rx', 0o755),
                                   ('g+w', 0o775), ('1777', 0o1777)):
                self.succeed('init', text, '', '')
                self.assertEqual(self.describe('')[2], expected, text)
                self.assertEqual(self.describe('.normal')[2], expected, text)
                self.succeed('fini')
        finally:
            os.umask(old)

    def test_bad_arguments(self):
        """init: chown or chmod failed: exit 1. Better: nothing is left behind"""
        for words in (('9', '', ''), ('rwx', '', ''), ('0700', 'no-such-user', ''),
                      ('0700', '', 'no-such-group')):
            self.fail_with(f'init {" ".join(words)}: fail, ', 'init', *words)
            self.assertFalse(self.path.exists())

    def test_nested(self):
        """init: Better: refused in or around a domain that is up, with what to do"""
        self.succeed('init', '0700', '', '')
        self.fail_with('lies in a domain', 'init', '0700', '', '', path=self.path / 'inner')
        self.fail_with('lies around a domain', 'init', '0700', '', '', path=self.top)

    def test_through_a_link(self):
        """init: a path through a symbolic link leads to where it points"""
        (self.top / 'link').symlink_to(self.top)
        self.succeed('init', '0700', '', '', path=self.top / 'link' / '.fd')
        self.assertEqual(len(mounts(self.path)), 3)

    def test_after_a_reboot(self):
        """init, fini: directories left from before a reboot are taken over"""
        for word in (('init', '0700', '', ''), ('fini',)):
            for name in ('.normal', '.huge', '.gigantic'):
                (self.path / name).mkdir(mode=0o700, parents=True)
            self.succeed(*word)
            self.succeed('fini') if word[0] == 'init' else None
            self.assertFalse(self.path.exists())

    def test_killed_anywhere(self):
        """init, fini: Better: killed at any moment, the next one finishes or starts anew"""
        environment = dict(os.environ, FD_SHMEM_PATH=str(self.path))
        random.seed(3)
        for number in range(40):
            words = ('init', '0700', '', '') if number % 2 == 0 else ('fini',)
            process = subprocess.Popen([self.classic, *words], env=environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0, 0.006))
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.cfg('fini')
        self.succeed('init', '0700', '', '')
        self.assertEqual(len(mounts(self.path)), 3)


class Fini(Row):
    def test_removes(self):
        """fini: unmounts, removes the directory with what is in it; pages of alloc stay"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        pages = pool('huge', NODE)
        (self.path / 'plain').write_text('goes too')
        self.assertEqual(self.succeed('fini'), 'fini: success\n')
        self.assertFalse(self.path.exists())
        self.assertEqual(pool('huge', NODE), pages)

    def test_twice(self):
        """fini: not accessible: exit 1"""
        self.succeed('init', '0700', '', '', 'fini')
        self.fail_with(f'fini: fail, path {self.path} not accessible', 'fini')

    def test_busy(self):
        """fini, umount failed: Better: nothing is deleted, the holder is named, exit 1"""
        self.succeed('init', '0700', '', '', 'alloc', '1', 'huge', str(NODE))
        (self.path / '.normal' / 'other').write_text('other')
        with Holder(self.path / '.huge' / 'region') as holder:
            for _ in range(2):
                code, out, err = self.cfg('fini')
                self.assertEqual((code, out), (1, f'fini: fail, path {self.path} is in use, nothing '
                                               'was removed\nDo fd_shmem_cfg help for help\n'), err)
                self.assertIn(f'pid {holder.process.pid} ', err)
                self.assertIn('region', err)
                self.assertEqual((self.path / '.normal' / 'other').read_text(), 'other')
                self.assertEqual(os.stat(self.path / '.huge' / 'region').st_size, HUGE)
        self.succeed('fini')

    def test_not_ours(self):
        """fini: Better: a directory that init did not make stays, exit 1"""
        self.path.mkdir()
        (self.path / 'file').write_text('mine')
        self.fail_with('fini: fail, ', 'fini')
        self.assertEqual((self.path / 'file').read_text(), 'mine')
        shutil.rmtree(self.path)

    def test_declared(self):
        """fini, init: Better: a declared domain is refused, with how to stop it"""
        helpers = pathlib.Path(Options.helpers)
        subprocess.run([helpers / 'prepare', '--domain=seedtest', f'--path={self.path}',
                        '--mounts=normal,huge,gigantic'], check=True, capture_output=True)
        self.fail_with('is managed by fd-shmem@seedtest.target: systemctl stop '
                       'fd-shmem@seedtest.target', 'fini')
        self.fail_with('is managed by fd-shmem@seedtest.target', 'init', '0700', '', '')
        self.assertTrue((self.path / '.huge').is_dir())
        subprocess.run([helpers / 'teardown', '--domain=seedtest'], check=True,
                       capture_output=True)


class Reset(Row):
    def test_removes(self):
        """reset: removes all regions; mounts and pages stay; success"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        pages = pool('huge', NODE)
        (self.path / '.normal' / 'a').write_bytes(b'x' * 8192)
        with Holder(self.path / '.huge' / 'b'):
            pass
        out = self.succeed('reset')
        self.assertTrue(out.endswith('reset: success\n'), out)
        self.assertIn('.huge: 1 region removed, 1 huge pages came back, 0 still pinned', out)
        self.assertIn('.normal: 1 region removed, 2 normal pages came back', out)
        for name in ('.normal', '.huge', '.gigantic'):
            self.assertEqual(os.listdir(self.path / name), [])
        self.assertEqual((len(mounts(self.path)), pool('huge', NODE)), (3, pages))

    def test_pinned(self):
        """reset: pages are freed when the last user goes. Better: says who pins how many"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'b') as holder:
            code, out, err = self.cfg('reset')
            self.assertEqual(code, 0, out + err)
            self.assertIn('0 huge pages came back, 1 still pinned', out)
            self.assertIn(f'pid {holder.process.pid} ', err)

    def test_planted(self):
        """reset: removes the files. Better: whatever an owner planted, and nothing beyond it"""
        self.succeed('init', '0777', '', '')
        outside = self.top / 'outside'
        outside.mkdir()
        (outside / 'file').write_text('stays')
        normal = self.path / '.normal'
        (normal / 'link').symlink_to(outside)
        (normal / 'dangling').symlink_to('/nowhere')
        (normal / 'new\nline').write_text('x')
        (normal / '.hidden').write_text('x')
        os.mkfifo(normal / 'fifo')
        os.mknod(normal / 'device', stat.S_IFCHR | 0o600, os.makedev(1, 3))
        deep = normal
        for _ in range(60):
            deep = deep / ('d' * 60)
        os.makedirs(deep)
        self.succeed('reset')
        self.assertEqual(os.listdir(normal), [])
        self.assertEqual((outside / 'file').read_text(), 'stays')

    def test_mounted_inside(self):
        """reset: Better: what somebody mounted inside stays, and is said, exit 1"""
        self.succeed('init', '0700', '', '')
        point = self.path / '.normal' / 'mounted'
        point.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', 'none', point], check=True)
        try:
            (point / 'file').write_text('stays')
            self.fail_with('reset: fail, ', 'reset')
            self.assertEqual((point / 'file').read_text(), 'stays')
        finally:
            subprocess.run(['umount', point], check=True)

    def test_not_there(self):
        """reset: not accessible: exit 1"""
        self.fail_with(f'reset: fail, path {self.path} not accessible', 'reset')
