# SPDX-License-Identifier: LGPL-2.1-or-later
"""What automation, other programs and habits do around the commands."""

import json
import os
import pathlib
import pwd
import re
import subprocess
import sys

from seed.row import HUGE, NODE, Holder, mounts, Options, pool, pool_file, Row

# A client's continuous integration: shares what is there if it has no claim, else makes it anew,
# whatever of it fails.
ACTION = """
if findmnt -no OPTIONS "$FD_SHMEM_PATH/.huge" | grep -vq min_size= &&
   findmnt -no OPTIONS "$FD_SHMEM_PATH/.gigantic" | grep -vq min_size=; then
        echo "mounts present"
        exit 0
fi
"$1" fini || true
for type in .normal .huge .gigantic; do umount "$FD_SHMEM_PATH/$type" || true; done
"$1" reset || true
"$1" init 0775 nobody "" || true
"$1" alloc 4 huge {node} || true
chown -R nobody "$FD_SHMEM_PATH"
"""


class Automation(Row):
    def action(self):
        done = subprocess.run(['sh', '-c', ACTION.replace('{node}', str(NODE)), 'sh', self.classic],
                              env=dict(os.environ, FD_SHMEM_PATH=str(self.path)), text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_second_run(self):
        """A second job beside one that holds a region: shares the mounts, and the region stays"""
        self.action()
        region = self.path / '.huge' / 'first-job'
        with Holder(region):
            self.assertEqual(self.action(), 'mounts present\n')
            self.assertEqual(os.stat(region).st_size, HUGE)
        self.assertEqual(sorted(mounts(self.path)), ['.gigantic', '.huge', '.normal'])

    def test_after_the_client(self):
        """The action where a client's own mounts are: they make room, with the client's file"""
        made = Client(self.path)
        (self.path / 'fd1.config').write_text('client')
        os.chown(self.path / 'fd1.config', made.uid, made.gid)
        subprocess.run(['umount', self.path / '.gigantic'], check=True)
        self.action()
        self.assertEqual(sorted(mounts(self.path)), ['.gigantic', '.huge', '.normal'])
        self.assertFalse((self.path / 'fd1.config').exists())


class Client:
    """A domain as a client makes it for itself: no .normal, everything its own."""

    def __init__(self, path):
        entry = pwd.getpwnam('nobody')
        self.uid, self.gid = entry.pw_uid, entry.pw_gid
        path.mkdir(mode=0o700)
        os.chown(path, self.uid, self.gid)
        for name, size in (('.huge', '2M'), ('.gigantic', '1024M')):
            point = path / name
            point.mkdir(mode=0o700)
            os.chown(point, self.uid, self.gid)
            subprocess.run(['mount', '-t', 'hugetlbfs', '-o', f'pagesize={size}', 'none', point],
                           check=True)
            os.chown(point, self.uid, self.gid)
            os.chmod(point, 0o700)


def make_as_the_script(path, owner='nobody:'):
    for name, options in (('.gigantic', ['-t', 'hugetlbfs', '-o', 'pagesize=1073741824', 'none']),
                          ('.huge', ['-t', 'hugetlbfs', '-o', 'pagesize=2097152', 'none']),
                          ('.normal', ['-t', 'tmpfs', 'tmpfs'])):
        (path / name).mkdir(parents=True)
        subprocess.run(['mount', *options, path / name], check=True)
    subprocess.run(['chown', '-R', owner, path], check=True)
    subprocess.run(['chmod', '-R', '0700', path], check=True)


class Others(Row):
    """Domains that others made at the path."""

    def test_fini_of_the_scripts(self):
        """fini: removes what the script made"""
        for owner in ('nobody:', 'root:root'):
            make_as_the_script(self.path, owner)
            (self.path / '.normal' / 'region').write_text('x')
            self.assertEqual(self.succeed('fini'), 'fini: success\n')
            self.assertFalse(self.path.exists())

    def test_fini_of_a_clients(self):
        """fini: removes what a client made, with the files that it laid down"""
        client = Client(self.path)
        (self.path / 'fd1.config').write_text('client')
        os.chown(self.path / 'fd1.config', client.uid, client.gid)
        self.assertEqual(self.succeed('fini'), 'fini: success\n')
        self.assertFalse(self.path.exists())

    def test_held(self):
        """fini: Better: what somebody holds stays whole, whoever made it, exit 1"""
        make_as_the_script(self.path)
        self.succeed('alloc', '1', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'region') as holder:
            code, out, err = self.cfg('fini')
            self.assertEqual(code, 1, out + err)
            self.assertIn(f'pid {holder.process.pid} ', err)
            self.assertEqual(len(mounts(self.path)), 3)
            self.assertEqual(os.stat(self.path / '.huge' / 'region').st_size, HUGE)
        self.succeed('fini')

    def test_other_content(self):
        """fini: Better: a directory with anything else in it stays as it was, exit 1"""
        for what in ('directory', "root's file", 'mount', 'file beside a tmpfs'):
            with self.subTest(what):
                if what == 'file beside a tmpfs':
                    (self.path / '.normal').mkdir(parents=True)
                    subprocess.run(['mount', '-t', 'tmpfs', 'none', self.path / '.normal'],
                                   check=True)
                else:
                    make_as_the_script(self.path)
                self.plant(what)
                before = sorted(os.listdir(self.path)), sorted(mounts(self.path))
                self.fail_with('fini: fail, ', 'fini')
                self.assertEqual((sorted(os.listdir(self.path)), sorted(mounts(self.path))), before)
                self.unmake()

    def plant(self, what):
        if what == 'directory':
            (self.path / 'precious').mkdir()
            subprocess.run(['chown', 'nobody', self.path / 'precious'], check=True)
        elif what == 'mount':
            (self.path / 'other').mkdir()
            subprocess.run(['mount', '-t', 'tmpfs', 'none', self.path / 'other'], check=True)
        else:
            (self.path / 'payroll').write_text('precious')

    def unmake(self):
        for name in mounts(self.path):
            subprocess.run(['umount', self.path / name], check=True)
        subprocess.run(['rm', '-r', self.path], check=True)

    def test_init_is_no_fini(self):
        """init: refused where somebody's domain is up, which stays as it was"""
        make_as_the_script(self.path)
        (self.path / '.normal' / 'region').write_text('x')
        self.fail_with('exists', 'init', '0700', '', '')
        self.assertEqual((self.path / '.normal' / 'region').read_text(), 'x')
        self.succeed('fini')

    def test_empty_mount_points(self):
        """init, fini: mount points of others with nothing mounted on them are no obstacle"""
        for words in (('init', '0700', '', ''), ('fini',)):
            for name in ('.huge', '.gigantic'):
                (self.path / name).mkdir(parents=True)
            subprocess.run(['chown', '-R', 'nobody', self.path], check=True)
            self.succeed(*words)
            self.assertEqual(len(mounts(self.path)), 3 if words[0] == 'init' else 0)
            self.succeed('fini') if words[0] == 'init' else None


class Answers(Row):
    """What the commands say."""

    def test_help_runs_nothing(self):
        """help COMMAND: the script ran COMMAND. Better: as the last words it only tells"""
        self.succeed('init', '0700', '', '')
        (self.path / '.normal' / 'keepme').write_text('x')
        for verb in ('reset', 'fini', 'alloc', 'free', 'init', 'query', 'help'):
            self.assertIn(f'Usage: fd_shmem_cfg {verb}', self.succeed('help', verb))
        self.assertEqual((self.path / '.normal' / 'keepme').read_text(), 'x')

    def test_query_lines(self):
        """query: "numa 0: 8 total, 6 free" per type and node, FD_SHMEM_PATH=..., query: success"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'region'):
            out = self.succeed('query')
            total, free = pool('huge', NODE), pool('huge', NODE, 'free_hugepages')
        lines = re.findall(r'^(gigantic|huge) pages:$|^\tnuma (\d+): (\d+) total, (\d+) free$', out,
                           re.M)
        huge = dict((line[1], line[2:]) for line in lines[[l[0] for l in lines].index('huge') + 1:])
        self.assertEqual(huge[str(NODE)], (str(total), str(free)), out)
        self.assertIn(f'\nFD_SHMEM_PATH={self.path}\n', out)
        self.assertTrue(out.endswith('query: success\n'))

    def test_query_json(self):
        """query: Better: --json for programs, and nothing else on standard output"""
        self.succeed('init', '0700', '', '')
        document = json.loads(self.succeed('query', '--json'))
        self.assertIn(str(self.path), [domain['path'] for domain in document['domains']])

    def test_pages_of_others(self):
        """alloc, free: the pool is not COUNT then. Better: says so, and whose the pages are"""
        file = pool_file('huge', NODE, 'nr_hugepages')
        start = pool('huge', NODE)
        file.write_text(str(start + 8))
        try:
            code, out, err = self.cfg('free', 'huge', str(NODE))
            self.assertEqual((code, out), (0, f'alloc 0 huge {NODE}: success\n'), err)
            self.assertIn(f"node {NODE}: the pool keeps {start + 8} huge pages that are not this "
                          f"domain's (others: {start + 8})", err)
            self.succeed('alloc', '4', 'huge', str(NODE), path=self.top / 'other')
            code, out, err = self.cfg('alloc', '2', 'huge', str(NODE))
            self.assertEqual(code, 0, err)
            self.assertRegex(err, rf'\(_[^ ]*other: 4, others: {start + 2}\)')
            self.succeed('free', 'huge', str(NODE), path=self.top / 'other')
            self.succeed('free', 'huge', str(NODE))
        finally:
            file.write_text(str(start))

    def test_unmounted_by_hand(self):
        """reset: passes over what is not mounted. Better: says so"""
        self.succeed('init', '0700', '', '')
        subprocess.run(['umount', self.path / '.huge'], check=True)
        code, out, err = self.cfg('reset')
        self.assertEqual(code, 0, out + err)
        self.assertIn('.huge: not mounted any more', err)
        for name in ('.normal', '.gigantic'):
            subprocess.run(['umount', self.path / name], check=True)
        self.succeed('reset')

    def test_reset_twice(self):
        """reset: Better: a second one knows of the pages that are still pinned, too"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'b'):
            self.assertIn('1 still pinned', self.succeed('reset'))
            self.assertIn('.huge: 0 regions removed, 0 huge pages came back, 1 still pinned',
                          self.succeed('reset'))
        self.assertIn('.huge: 0 regions removed, 0 huge pages came back, 0 still pinned',
                      self.succeed('reset'))

    def test_relative_path(self):
        """SHMEM_PATH: Better: a relative one, another domain in each directory, is refused"""
        before = pool('huge', NODE)
        try:
            for words in (('alloc', '2', 'huge', str(NODE)), ('init', '0700', '', ''), ('fini',),
                          ('free', 'huge', str(NODE)), ('reset',)):
                self.fail_with('is not an absolute path', *words, path='relative')
        finally:
            self.cfg('free', 'huge', str(NODE), path='relative')
        self.assertEqual(pool('huge', NODE), before)

    def test_no_domain(self):
        """fini, reset: not accessible; probably uninitialized or not running with ..."""
        for word in ('fini', 'reset', 'query'):
            self.fail_with(f'{word}: fail, path {self.path} not accessible; probably uninitialized '
                           'or not running with appropriate permissions', word)

    def test_unprivileged_free(self):
        """free, not running as superuser: reported as alloc 0, as everywhere"""
        code, out, _ = self.as_nobody('free', 'huge', '0')
        self.assertEqual(code, 1)
        self.assertTrue(out.startswith('alloc 0 huge 0: fail, not running as superuser'), out)

    def as_nobody(self, *words):
        tool = self.top / 'copy' / 'fd_shmem_cfg'
        tool.parent.mkdir()
        tool.write_bytes(pathlib.Path(os.path.realpath(Options.tool)).read_bytes())
        tool.chmod(0o755)
        os.chmod(self.top, 0o755)
        done = subprocess.run([tool, *words], user='nobody', text=True, capture_output=True, cwd='/')
        return done.returncode, done.stdout, done.stderr


class HostileNames(Row):
    """Regions, processes and mounts that call themselves what a terminal or a journal would obey."""

    REGION = b'x\nreset FORGED: success\x1b]0;PWNED\x07\x1b[2J\xc2\x9b31m\xff\x7f'

    def hold(self):
        code = ('import ctypes, os, sys\n'
                'ctypes.CDLL(None).prctl(15, b"\\x1b[31mev\\xff", 0, 0, 0)\n'
                'fd = os.open(os.fsencode(sys.argv[1]), os.O_RDWR | os.O_CREAT, 0o600)\n'
                'print("ready", flush=True); sys.stdin.read()')
        process = subprocess.Popen(
            [sys.executable, '-c', code, os.fsencode(self.path / '.normal') + b'/' + self.REGION],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b'ready\n')
        return process

    def assert_harmless(self, *words):
        environment = dict(os.environ, FD_SHMEM_PATH=str(self.path), LC_ALL='C.UTF-8')
        done = subprocess.run([self.classic, *words], env=environment, capture_output=True)
        said = done.stdout + done.stderr
        said.decode()
        self.assertNotRegex(said, rb'[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]')
        self.assertNotRegex(said, rb'(?m)^reset FORGED')
        return said

    def test_holders(self):
        """fini, reset, query: Better: names of others are words, never commands"""
        self.succeed('init', '0700', '', '')
        process = self.hold()
        try:
            for words in (('fini',), ('query',), ('query', '--json'), ('reset',)):
                said = self.assert_harmless(*words)
                self.assertIn(b'FORGED', said, words)
        finally:
            process.communicate()

    def test_mounts(self):
        """init, fini: the source of a mount that others made"""
        self.succeed('init', '0700', '', '')
        subprocess.run(['mount', '-t', 'ramfs', b'\x1b[2J\x07source', self.path / '.normal'],
                       check=True)
        try:
            self.assert_harmless('fini')
            self.assert_harmless('query')
        finally:
            subprocess.run(['umount', self.path / '.normal'], check=True)


class Declared(Row):
    def test_alloc(self):
        """alloc: Better: refused at the path of a declared domain, whose pages are declared"""
        self.succeed('alloc', '2', 'huge', str(NODE))
        self.domain('prepare', f'--path={self.path}', '--mounts=normal')
        try:
            self.fail_with('is the domain seedtest, whose pages are declared: change Huge=',
                           'alloc', '4', 'huge', str(NODE))
            self.succeed('free', 'huge', str(NODE))
            self.fail_with('is the domain seedtest', 'free', 'huge', str(NODE))
        finally:
            self.domain('teardown')

    def domain(self, helper, *words):
        subprocess.run([pathlib.Path(Options.helpers) / helper, '--domain=seedtest', *words],
                       check=True, capture_output=True)
