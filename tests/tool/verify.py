#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""fd-shmem verify: files, images, other machines, and what would be generated; without root."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

arguments = None

GOOD = '[lab]\nPath=/mnt/lab\nUser=someone\nHuge=0:512,1:512\nGigantic=no\n'
BAD = '[lab]\nPath=/mnt/lab\nHge=3\nMode=9\n[other]\nPath=/mnt/other\n'


def machine(*memory, gigantic=True):
    """What query --json says of a machine whose nodes have so many GiB."""
    return json.dumps({
        'nodes': [{'node': number, 'memory': {'total': gib << 30}}
                  for number, gib in enumerate(memory)],
        'page_types': [{'type': 'huge', 'supported': True},
                       {'type': 'gigantic', 'supported': gigantic}],
    })


class Files(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Verify(Files):
    def verify(self, *words, user=None):
        tool = arguments.tool
        if user and os.geteuid() == 0:
            os.chmod(self.root, 0o755)
            # Where the user can reach it, wherever the build directory is.
            tool = shutil.copy(tool, self.root / 'tool')
        else:
            user = None
        done = subprocess.run([tool, 'verify', *map(str, words)], text=True, user=user,
                              capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def test_good_file(self):
        """What only a boot can know is said"""
        code, out, err = self.verify(self.write('x.conf', GOOD))
        self.assertEqual((code, err), (0, ''))
        self.assertIn('lab: left to the boot: whether there is a user someone\n', out)
        self.assertIn('whether Huge=0:512,1:512 can be allocated', out)
        self.assertTrue(out.endswith('1 domain, 0 errors, 0 warnings\n'), out)

    def test_bad_file(self):
        """Every problem has file and line; the exit status says that there are errors"""
        file = self.write('x.conf', BAD)
        code, out, err = self.verify(file)
        self.assertEqual(code, 1)
        self.assertIn(f'{file}:3: warning: ', err)
        self.assertIn(f'{file}:4: error: ', err)
        self.assertTrue(out.endswith('2 domains, 1 error, 1 warning\n'), out)

    def test_warning_alone(self):
        """Warnings are no errors"""
        code, _, err = self.verify(self.write('x.conf', '[lab]\nColour=blue\n'))
        self.assertEqual(code, 0)
        self.assertIn(':2: warning: ', err)

    def test_no_file(self):
        """A file that is not there is an error"""
        code, _, err = self.verify(self.root / 'nothing')
        self.assertEqual(code, 1)
        self.assertIn('No such file', err)

    def test_image(self):
        """--root: search path, drop-ins; names as the image knows them"""
        self.write('etc/fd-shmem.conf', GOOD)
        self.write('usr/lib/fd-shmem.conf.d/50-x.conf', '[lab]\nMode=9\n')
        code, out, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 1)
        self.assertTrue(err.startswith('/usr/lib/fd-shmem.conf.d/50-x.conf:2: error: '), err)
        self.assertIn('read: /etc/fd-shmem.conf\n', out)

    def test_place_that_a_stranger_could_replace(self):
        """systemd mounts there by name: a directory that others can write is not safe, whoever owns the domain"""
        self.write('etc/fd-shmem.conf', '[lab]\nPath=/srv/lab\nHuge=0:1\nHugePath=/tmp/huge\n')
        (self.root / 'tmp').mkdir()
        (self.root / 'tmp').chmod(0o1777)
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 1)
        self.assertIn(":4: error: [lab] HugePath=: '/tmp/huge' is in a directory that others than root", err)

    def test_place_that_requires_the_domain(self):
        """The mount at the other place cannot wait for the domain: it is part of it"""
        self.write('etc/fd-shmem.conf',
                   '[lab]\nPath=/srv/lab\nHuge=0:1\nHugePath=/mnt/lab\nRequiredBy=mnt-lab.mount\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 1)
        self.assertIn(":5: error: [lab] RequiredBy=: 'mnt-lab.mount' is a mount of the domain itself", err)

    def test_owners_of_an_image(self):
        """--root: a user or group that nothing in the image makes is an error"""
        self.write('etc/fd-shmem.conf',
                   '[a]\nPath=/a\nUser=someone\nGroup=crew\n[b]\nPath=/b\nUser=12\nGroup=34\n')
        code, out, _ = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertIn('left to the boot: whether there is a user someone', out)
        self.write('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
        code, out, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 1)
        self.assertIn('/etc/fd-shmem.conf:1: error: [a] User=someone: there is no such user', err)
        self.assertIn('[a] Group=crew: there is no such group', err)
        self.assertNotIn('[b]', err)
        self.assertNotIn('left to the boot: whether there is a user', out)
        self.write('usr/lib/sysusers.d/x.conf', '# u nobody\nu someone - "Some One"\n')
        self.write('etc/group', 'root:x:0:\ncrew:x:7:\n')
        self.assertEqual(self.verify(f'--root={self.root}')[0], 0)
        (self.root / 'usr/lib/sysusers.d/x.conf').unlink()
        self.write('run/sysusers.d/y.conf', 'm someone crew\n')
        self.assertEqual(self.verify(f'--root={self.root}')[0], 0)

    def owner(self):
        """What is said of the user of an image's domain, as a list of lines; who reads it is not root"""
        user = 65534 if os.geteuid() == 0 else None
        return self.verify(f'--root={self.root}', user=user)[2].splitlines()

    def test_sysusers_of_an_image(self):
        """--root: a file of sysusers.d that /etc replaces or masks makes nobody"""
        self.write('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nUser=someone\n')
        self.write('usr/lib/sysusers.d/x.conf', 'u! someone -\n')
        self.assertEqual(self.owner(), [])
        self.write('etc/sysusers.d/x.conf', 'u other -\n')
        self.assertIn('[a] User=someone: there is no such user', self.owner()[0])
        (self.root / 'etc/sysusers.d/x.conf').unlink()
        (self.root / 'etc/sysusers.d/x.conf').symlink_to('/dev/null')
        self.assertIn('[a] User=someone: there is no such user', self.owner()[0])
        (self.root / 'etc/sysusers.d/x.conf').rename(self.root / 'etc/sysusers.d/y.conf')
        self.assertEqual(self.owner(), [])

    def test_links_of_an_image(self):
        """--root: links of its users' files are the image's, not this machine's"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nUser=someone\n')
        users = self.write('usr/share/users', 'someone:x:9:9::/:/bin/sh\n')
        passwd = self.root / 'etc/passwd'
        passwd.symlink_to('/usr/share/users')
        self.assertEqual(self.owner(), [])
        users.write_text('root:x:0:0::/:/bin/sh\n')
        self.assertEqual(len(self.owner()), 1)
        passwd.unlink()
        passwd.symlink_to(self.write('outside', 'someone:x:9:9::/:/bin/sh\n'))  # as this machine names it
        self.write('etc/group', 'root:x:0:\n')
        self.assertIn('[a] User=someone: there is no such user', self.owner()[0])

    def test_unreadable_users_of_an_image(self):
        """--root: who builds an image may not read all of it: then nothing is known"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nUser=someone\n[b]\nPath=/b\nUser=crew\n')
        self.write('etc/passwd', 'crew:x:9:9::/:/bin/sh\n')
        for name, text, locked in (('usr/lib/passwd', 'someone:x:8:8::/:/bin/sh\n', 'usr/lib/passwd'),
                                   ('etc/sysusers.d/x.conf', 'u someone\n', 'etc/sysusers.d')):
            with self.subTest(locked=locked):
                path = self.write(name, text)
                self.assertEqual(self.owner(), [])
                (self.root / locked).chmod(0)
                self.assertEqual(self.owner(), [
                    '/etc/fd-shmem.conf:1: warning: [a] User=someone: whether there is such a user is not known: '
                    f'/{locked} cannot be read: Permission denied'])
                (self.root / locked).chmod(0o755)
                path.unlink()

    def test_consumers_of_an_image(self):
        """--root: a unit of RequiredBy= that no file makes is warned about"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nRequiredBy=x.service y@1.service z.slice old.service\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual((code, err), (0, ''))  # an image without units is no systemd's
        self.write('etc/init.d/old', '#!/bin/sh\n')
        self.write('usr/lib/systemd/system/y@.service', '[Service]\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertEqual(err, '/etc/fd-shmem.conf:1: warning: [a] RequiredBy=: there is no file of a unit x.service\n')
        self.write('etc/systemd/system/x.service', '[Service]\n')
        self.assertEqual(self.verify(f'--root={self.root}')[2], '')

    def test_overridden_administrator(self):
        """What /etc says and a package says again later is warned about, and where it stands"""
        self.write('usr/lib/fd-shmem.conf.d/postgresql.conf', '[pg]\nPath=/pg\nHuge=each:2G\n')
        self.write('etc/fd-shmem.conf.d/90-local.conf', '[pg]\nHuge=each:4G\nMode=0750\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertIn('/etc/fd-shmem.conf.d/90-local.conf:2: warning: [pg] Huge= has no effect: '
                      '/usr/lib/fd-shmem.conf.d/postgresql.conf:3', err)
        self.assertNotIn('Mode=', err)
        self.write('etc/fd-shmem.conf.d/zz.conf', '[pg]\nHuge=each:1G\n')
        self.assertEqual(self.verify(f'--root={self.root}')[2], '')

    def test_section_without_mounts(self):
        """A drop-in may declare a domain that has no place"""
        self.write('usr/lib/fd-shmem.conf.d/50-database.conf', '[database]\nMounts=no\nHuge=64\n')
        self.assertEqual(self.verify(f'--root={self.root}')[2], '')

    def test_misspelt_section(self):
        """A section in drop-ins alone that no file gives a path"""
        self.write('usr/lib/fd-shmem.conf.d/50-pg.conf', '[postgresql]\nPath=/pg\nHuge=1\n')
        self.write('etc/fd-shmem.conf.d/90-local.conf', '[postgresq]\nHuge=2\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertIn('/etc/fd-shmem.conf.d/90-local.conf:1: warning: [postgresq] is in drop-ins '
                      'alone, and no file gives it a Path=', err)
        self.assertIn('did you mean [postgresql]?', err)
        self.write('etc/fd-shmem.conf', '[postgresq]\n')
        self.assertEqual(self.verify(f'--root={self.root}')[2], '')

    def test_globals(self):
        """Which file decided what holds for all domains"""
        self.write('etc/fd-shmem.conf', '[fd-shmem]\nDefrag=auto\nHeadroom=1G\n[a]\nPath=/a\n')
        self.write('usr/lib/fd-shmem.conf.d/50-x.conf', '[fd-shmem]\nDefrag=never\n')
        code, out, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertIn('Defrag= of all domains: /usr/lib/fd-shmem.conf.d/50-x.conf:2\n', out)
        self.assertIn('Headroom= of all domains: /etc/fd-shmem.conf:3\n', out)
        self.assertIn('/etc/fd-shmem.conf:2: warning: [fd-shmem] Defrag= has no effect', err)

    def test_order(self):
        """Problems come in the order of the lines, wherever they were found"""
        text = '[a]\nPath=/same\nHuge=1\n[b]\nHuge=x\nPath=/same\n[c]\nPath=/etc\n[d]\nMode=9\nPath=/d\n'
        _, _, err = self.verify(self.write('x.conf', text))
        lines = [int(line.split(':')[1]) for line in err.splitlines()]
        self.assertGreaterEqual(len(lines), 4)
        self.assertEqual(lines, sorted(lines))

    def test_owners_here(self):
        """This machine: a warning; a file alone is for any machine"""
        self.assertEqual(self.verify(self.write('x.conf', GOOD))[2], '')

    def test_empty_image(self):
        """No configuration is no error"""
        code, out, _ = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0)
        self.assertIn('no configuration', out)

    def test_unreadable_image(self):
        """A configuration that cannot be read is an error, and not called missing"""
        self.write('etc/fd-shmem.conf', GOOD).chmod(0)
        code, out, err = self.verify(f'--root={self.root}', user=65534)
        self.assertEqual((code, out), (1, ''))
        self.assertEqual(err, '/etc/fd-shmem.conf: error: cannot be read: Permission denied\n')

    def test_image_of_somebody(self):
        """An unpacked tree belongs to who unpacked it, or to the shifted root of a container: as good as root's"""
        if os.geteuid() != 0:
            self.skipTest('needs root')
        self.write('etc/fd-shmem.conf', GOOD)
        self.write('etc/passwd', 'someone:x:9:9::/:/bin/sh\n')
        self.write('mnt/lab/file', '')
        for path in (self.root, *self.root.rglob('*')):
            os.chown(path, 100000, 100000)
        for user in None, 100000, 65534:
            self.assertEqual(self.verify(f'--root={self.root}', user=user)[::2], (0, ''))

    def test_masked_image(self):
        """A main file that is masked counts as none"""
        self.write('usr/lib/fd-shmem.conf', GOOD)
        (self.root / 'etc').mkdir()
        (self.root / 'etc/fd-shmem.conf').symlink_to('/dev/null')
        code, out, err = self.verify(f'--root={self.root}')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('no configuration', out)

    def test_unprivileged(self):
        """Neither root nor this machine's hardware is needed"""
        file = self.write('x.conf', GOOD)
        code, _, err = self.verify(file, user='nobody')
        self.assertEqual((code, err), (0, ''))

    def test_machine(self):
        """--machine: nodes and amounts of another machine"""
        file = self.write('x.conf', GOOD)
        for described, expected in ((machine(4, 4), None),
                                    (machine(4), 'node 1 does not exist there'),
                                    (machine(4, 1), 'node 1: 1024 MiB are asked for')):
            nodes = self.write('nodes.json', described)
            code, out, err = self.verify(f'--machine={nodes}', file)
            if expected is None:
                self.assertEqual((code, err), (0, ''))
                self.assertNotIn('--machine', out)
            else:
                self.assertEqual(code, 1, out)
                self.assertIn(f'{file}:1: error: domain lab: ', err)
                self.assertIn(expected, err)

    def test_machine_all_domains(self):
        """--machine: what domains ask for together; those not started at boot, each on top"""
        two = '[a]\nPath=/a\nGigantic=no\nHuge=each:3G\n[b]\nPath=/b\nGigantic=no\nHuge=each:3G\n'
        nodes = self.write('nodes.json', machine(8))
        self.assertEqual(self.verify(f'--machine={nodes}', self.write('x.conf', two))[0], 0)
        more = two + '[c]\nPath=/c\nGigantic=no\nHuge=each:3G\nBoot=no\n'
        code, _, err = self.verify(f'--machine={nodes}', self.write('y.conf', more))
        self.assertEqual(code, 1)
        self.assertIn(':9: error: domain c: node 0: 9216 MiB are asked for', err)

    def test_machine_devices(self):
        """--machine: where the devices are"""
        card = {'bus': 'pci', 'vendor': '15b3', 'device': '1017'}
        devices = [{**card, 'name': '0000:3b:00.0', 'node': 1}, {**card, 'name': '0000:5e:00.0', 'node': 1},
                   {'bus': 'net', 'name': 'eth2', 'in': '0000:3b:00.0', 'node': 1},
                   {'bus': 'block', 'name': 'sda'}, {'bus': 'block', 'name': 'sdb', 'node': 2, 'memory_node': 0}]
        described = self.write('devices.json', json.dumps({**json.loads(machine(4, 4)), 'devices': devices}))
        for number, (words, pages, expected) in enumerate((
                ('pci:15b3:1017', 'near:2G', None),
                ('pci:15b3:1017', 'device:2G', 'node 1: 4096 MiB are asked for'),
                ('net:eth2 pci:0000:3b:00.0', 'device:2G', None),
                ('net:eth3', 'near:2G', 'net:eth3: this machine has no such device'),
                ('?net:eth3', 'near:2G', None),
                ('block:sda', 'near:2G', 'does not say on which of its 2 nodes sda is'),
                ('block:sdb', 'near:4G', 'node 0: 4096 MiB are asked for'))):
            file = self.write(f'{number}.conf', f'[a]\nPath=/a\nGigantic=no\nHuge={pages}\nDevices={words}\n')
            code, out, err = self.verify(f'--machine={described}', file)
            self.assertEqual((code, expected or ''), (int(bool(expected)), expected if expected and expected in err
                                                      else err), out)
        self.assertIn('and where its devices are: block:sdb', self.verify(file)[1])
        code, _, err = self.verify(f'--machine={self.write("older.json", machine(4))}', file)
        self.assertEqual(code, 1)
        self.assertIn('older.json has no list "devices"; write it anew', err)
        code, _, err = self.verify(f'--machine={self.write("bad.json", json.dumps({**json.loads(machine(4)), "devices": [{"bus": "usb"}]}))}', file)
        self.assertNotEqual(code, 0)
        self.assertIn('a device lacks "bus" or "name"', err)

    def test_machine_ceiling(self):
        """--machine: shares with a ceiling, which is that of each node"""
        file = self.write('x.conf', '[a]\nPath=/a\nGigantic=no\nHuge=50%<3G\n'
                                    '[b]\nPath=/b\nGigantic=no\nHuge=0:4G,1:50%<1024\n')
        self.assertEqual(self.verify(f'--machine={self.write("large.json", machine(8, 8))}', file)[0], 0)
        code, _, err = self.verify(f'--machine={self.write("small.json", machine(6, 6))}', file)
        self.assertEqual(code, 1)
        self.assertIn(':5: error: domain b: node 0: 7168 MiB are asked for, 3072 MiB of them by', err)
        self.assertNotIn('node 1', err)

    def test_machine_conditions(self):
        """--machine: what conditions decide that no description answers is not certain, and said to be so"""
        text = ('[a]\nPath=/a\nGigantic=no\nHuge=3G\n'
                '[b]\nPath=/b\nGigantic=no\nHuge=64G\nConditionPathExists=/x\n')
        nodes = self.write('nodes.json', machine(4))
        code, out, err = self.verify(f'--machine={nodes}', self.write('x.conf', text))
        self.assertEqual(code, 0, err)
        self.assertIn(':5: warning: domain b, if its conditions are met there: node 0: 68608 MiB', err)
        self.assertNotIn('domain a', err)
        self.assertIn('b: left to the boot: whether ConditionPathExists=/x is met', out)

    def judge(self, conditions, **facts):
        """What verify makes of a domain that no machine has memory for: met, unmet or open."""
        nodes = self.write('nodes.json', json.dumps({**json.loads(machine(2, 2)), **facts}))
        lines = ''.join(f'Condition{condition}\n' for condition in conditions.split())
        file = self.write('x.conf', f'[a]\nPath=/a\nGigantic=no\nHuge=0:64G\n{lines}')
        code, out, err = self.verify(f'--machine={nodes}', file)
        if 'a: not started there: its conditions are not met\n' in out:
            self.assertEqual((code, err), (0, ''))
            self.assertNotIn('left to the boot: whether Condition', out)
            return 'unmet'
        if code == 0:
            self.assertIn('warning: domain a, if its conditions are met there: node 0', err)
            self.assertIn('left to the boot: whether Condition', out)
            return 'open'
        self.assertIn('error: domain a: node 0: 65536 MiB', err)
        self.assertNotIn('left to the boot: whether Condition', out)
        return 'met'

    def test_machine_conditions_answered(self):
        """--machine: conditions that the description answers, as systemd would"""
        facts = {'architecture': 'x86_64', 'host': 'web7.lab', 'cpus': 8}
        for expected, lines in {
                'met': ('Memory=>=4G', 'Memory=4G', 'Memory==4096M', 'Memory=<=4G', 'Memory=!>4G', 'Memory=!=5G',
                        'Memory=4294967296', 'CPUs=8', 'CPUs=<9', 'CPUs=!=7', 'Host=web7.lab', 'Host=WEB*',
                        'Host=!db*', 'Architecture=x86-64', 'Architecture=!arm64', 'Memory=1G CPUs=1',
                        'Host=|db* Host=|web*', 'Host=|web* PathExists=|/x', 'Host=|!db* Memory=1G'),
                'unmet': ('Memory=>4G', 'Memory=<4G', 'Memory=!=4G', 'Memory=5G', 'Memory=!4G', 'CPUs=9', 'CPUs=>8',
                          'Host=web', 'Host=!web?.lab', 'Architecture=arm64', 'Architecture=x86_64',
                          'Memory=1G CPUs=9', 'PathExists=/x CPUs=9', 'Host=|db* Host=|mail*',
                          'Host=|web* CPUs=9'),
                'open': ('PathExists=/x', 'Memory=lots', 'Memory=4Q', 'Memory===4G', 'CPUs=4K', 'Host=' + 32 * '0',
                         'Architecture=native', 'KernelVersion=>=6', 'Host=|db* PathExists=|/x',
                         'Memory=99999999999999T', 'Memory=1G PathExists=/x', 'Host=|web* PathExists=/x')}.items():
            for line in lines:
                with self.subTest(line):
                    self.assertEqual(self.judge(line, **facts), expected)
        for line in ('Host=x', 'CPUs=1', 'Architecture=x86-64'):
            self.assertEqual(self.judge(line), 'open', line) # as older descriptions are
        self.assertEqual(self.judge('Architecture=arm64', architecture='aarch64'), 'met')
        self.assertEqual(self.judge('Architecture=arm64', architecture='vax'), 'open')

    def test_machine_conditions_apart(self):
        """--machine: a domain that is not started there takes nothing from the others; one that is, does"""
        text = ''.join(f'[{name}]\nPath=/{name}\nGigantic=no\nHuge=0:3G\nConditionHost={name}*\n'
                       for name in ('web', 'db'))
        for host, expected in {'web1': (0, ''), 'db1': (0, ''), 'mail': (0, '')}.items():
            nodes = self.write('nodes.json', json.dumps({**json.loads(machine(4)), 'host': host}))
            code, _, err = self.verify(f'--machine={nodes}', self.write('x.conf', text))
            self.assertEqual((code, err), expected, host)
        nodes = self.write('nodes.json', json.dumps({**json.loads(machine(4)), 'host': 'web1'}))
        code, _, err = self.verify(f'--machine={nodes}', self.write('x.conf', text.replace('=db*', '=*')))
        self.assertEqual(code, 1)
        self.assertIn('error: domain db: node 0: 6144 MiB are asked for, 3072 MiB of them by domains before', err)

    def test_lines_that_write_pools(self):
        """--root: lines of sysctl.d and tmpfiles.d that write the pools of domains"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nHuge=0:4\n')
        self.write('usr/lib/sysctl.d/10-a.conf', '# x\n\nvm.nr_hugepages = 512\nvm.swappiness=1\n')
        self.write('usr/lib/sysctl.d/20-b.conf', 'vm.nr_hugepages=1\n')
        self.write('etc/sysctl.d/20-b.conf', 'vm.nr_overcommit_hugepages=1\n#vm.nr_hugepages=1\n')
        self.write('etc/sysctl.conf', '-vm/nr_hugepages_mempolicy=7\n')
        directory = '/sys/kernel/mm/hugepages/hugepages-'
        self.write('etc/tmpfiles.d/x.conf', f'w {directory}2048kB/nr_hugepages - - - - 64\n'
                                            f'w {directory}1048576kB/nr_hugepages - - - - 2\n'
                                            f'w {directory}2048kB/nr_overcommit_hugepages - - - - 2\n'
                                            'd /run/x 0755 root root -\n')
        code, _, err = self.verify(f'--root={self.root}')
        self.assertEqual(code, 0, err)
        for place, line in (('/usr/lib/sysctl.d/10-a.conf:3', 'vm.nr_hugepages=512'),
                            ('/etc/sysctl.conf:1', 'vm.nr_hugepages_mempolicy=7'),
                            ('/etc/tmpfiles.d/x.conf:1', f'{directory}2048kB/nr_hugepages=64')):
            self.assertIn(f'{place}: warning: {line} writes the pool of 2M pages, in which domain a', err)
        self.assertEqual(len(err.splitlines()), 3, err)

    def test_lines_without_domains(self):
        """--root: such lines are right where no domain reserves such pages"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nGigantic=0:1\n[b]\nPath=/b\n')
        self.write('etc/sysctl.d/a.conf', 'vm.nr_hugepages=512\n')
        self.assertEqual(self.verify(f'--root={self.root}')[::2], (0, ''))

    def test_saving(self):
        """--root: a hint that the kernel can do with less memory for the pages"""
        self.write('etc/fd-shmem.conf', '[a]\nPath=/a\nHuge=0:2G\nGigantic=no\n')
        self.assertNotIn('hint', self.verify(f'--root={self.root}')[1])
        setting = self.write('proc/sys/vm/hugetlb_optimize_vmemmap', '0\n')
        self.assertIn('the 2048 MiB of huge pages take about 28 MiB less', self.verify(f'--root={self.root}')[1])
        setting.write_text('1\n')
        self.assertNotIn('hint', self.verify(f'--root={self.root}')[1])

    def test_machine_without_pages(self):
        """--machine: page sizes that it does not have"""
        nodes = self.write('nodes.json', machine(8, 8, gigantic=False))
        file = self.write('x.conf', '[a]\nPath=/a\nGigantic=1\n')
        code, _, err = self.verify(f'--machine={nodes}', file)
        self.assertEqual(code, 1)
        self.assertIn('has no gigantic pages', err)
        self.assertEqual(self.verify(f'--machine={nodes}', self.write('y.conf', '[a]\nPath=/a\n'))[0], 0)

    def test_no_file(self):
        """What can't be read is said once, without a line"""
        for name in ('nothing', '.'):
            path = pathlib.Path(self.directory.name) / name
            code, out, err = self.verify(path)
            self.assertEqual((code, out), (1, ''))
            self.assertEqual(len(err.splitlines()), 1, err)
            self.assertNotIn(':0:', err)

    def test_order(self):
        """Errors come by their lines, whichever pass finds them"""
        file = self.write('x.conf', '[a]\nPath=/d\n[b]\nPath=/d\n[c]\nPath=/e\nMode=9\n')
        _, _, err = self.verify(file)
        lines = [int(line.split(':')[1]) for line in err.splitlines()]
        self.assertEqual(lines, sorted(lines), err)
        self.assertEqual(len(lines), 2)

    def test_machine_nonsense(self):
        """--machine: a file that query did not write"""
        file = self.write('x.conf', GOOD)
        for text in ('', '{', '{}', '[]', '{"nodes": [{"node": 0}], "page_types": []}'):
            code, _, err = self.verify(f'--machine={self.write("n.json", text)}', file)
            self.assertEqual(code, 1, text)
            self.assertIn('n.json', err)

    def test_machine_nodes(self):
        """--machine: a number that is no node's, and a node that is there twice"""
        file = self.write('x.conf', '[a]\nPath=/a\nGigantic=no\nHuge=0:1\n')
        good = json.loads(machine(8, 8))
        for number in (1 << 32, 1 << 31, -1, good['nodes'][1]['node']):
            nodes = dict(good, nodes=[dict(good['nodes'][0], node=number), *good['nodes'][1:]])
            code, _, err = self.verify(f'--machine={self.write("n.json", json.dumps(nodes))}', file)
            self.assertEqual(code, 1, number)
            self.assertIn('n.json', err)

    def test_this_machine(self):
        """--machine takes what query --json prints"""
        done = subprocess.run([arguments.tool, 'query', '--json'], text=True, capture_output=True)
        if done.returncode != 0:
            self.skipTest(f'query: {done.stderr}')
        nodes = self.write('nodes.json', done.stdout)
        file = self.write('x.conf', '[a]\nPath=/a\nGigantic=no\nHuge=each:1\n')
        code, _, err = self.verify(f'--machine={nodes}', file)
        self.assertEqual((code, err), (0, ''))

    def test_units(self):
        """--units: byte for byte what the generator writes"""
        self.write('etc/fd-shmem.conf', GOOD)
        code, out, err = self.verify(f'--root={self.root}', '--units')
        self.assertEqual((code, err), (0, ''))
        written = self.root / 'written'
        written.mkdir()
        subprocess.run([arguments.generator, f'--root={self.root}', written], check=True)
        expected = ''
        for path in sorted(written.rglob('*')):
            name = path.relative_to(written)
            if path.is_symlink():
                expected += f'# {name} -> {os.readlink(path)}\n\n'
            elif path.is_file():
                expected += f'# {name}\n{path.read_text()}\n'
        self.assertEqual(sorted(out.splitlines()), sorted(expected.splitlines()))
        self.assertIn('.mount\n', out)


class Image(Files):
    """--root of every command that only reads configuration."""

    def call(self, *words, cwd=None):
        done = subprocess.run([arguments.tool, *map(str, words)], text=True, capture_output=True, cwd=cwd)
        return done.returncode, done.stdout, done.stderr

    def setUp(self):
        super().setUp()
        self.image = self.root / 'image'
        self.write('image/etc/fd-shmem.conf',
                   '[of-image]\nPath=/of-image\nUser=of-the-image\nGigantic=no\nHuge=0:0\n')
        self.nodes = self.write('nodes.json', machine(8, 8))

    def test_ways_to_write_it(self):
        """Absolute, relative, with slashes at the end: the same"""
        for command in (('verify',), ('plan',), ('cmdline', f'--machine={self.nodes}')):
            first = self.call(*command, f'--root={self.image}')
            self.assertEqual(first[0], 0, first)
            for way, cwd in ((f'{self.image}//', None), ('image', self.root), ('./image/', self.root),
                             ('.', self.image), ('../image', self.image)):
                self.assertEqual(self.call(*command, '--root', way, cwd=cwd)[0], 0, (command, way))

    def test_errors(self):
        """A directory that is not there, a file, and nothing at all"""
        for command in (('verify',), ('plan',), ('cmdline', f'--machine={self.nodes}')):
            for way, why in (('none', 'No such file or directory'), ('nodes.json', 'Not a directory'),
                             ('', 'No such file or directory')):
                code, out, err = self.call(*command, f'--root={way}', cwd=self.root)
                self.assertEqual((code, out), (1, ''), (command, way))
                self.assertIn(why, err, (command, way))

    def test_plan(self):
        """plan: a forecast; users of the image need not be here, and nothing is to be applied"""
        code, out, err = self.call('plan', f'--root={self.image}')
        self.assertEqual((code, err), (0, ''), out)
        self.assertIn('of-image is down: a start would bring it up\n', out)
        self.assertNotIn('apply', out)
        got = json.loads(self.call('plan', f'--root={self.image}', '--json')[1])
        self.assertEqual([domain['name'] for domain in got['domains']], ['of-image'])
        self.assertEqual(self.call('plan', f'--root={self.image}', 'of-image')[0], 0)
        self.assertEqual(self.call('plan', f'--root={self.image}', 'other')[0], 1)

    def test_plan_that_fails(self):
        """plan: more than this machine has, and a configuration with an error"""
        self.write('image/etc/fd-shmem.conf', '[a]\nPath=/a\nGigantic=no\nHuge=0:99999999\n')
        code, out, _ = self.call('plan', f'--root={self.image}')
        self.assertEqual(code, 1)
        self.assertIn('a start would fail', out)
        self.write('image/etc/fd-shmem.conf', BAD)
        self.assertEqual(self.call('plan', f'--root={self.image}')[0], 1)

    def test_cmdline(self):
        """cmdline: the pages of the image's domains"""
        self.write('image/etc/fd-shmem.conf', '[a]\nPath=/a\nGigantic=no\nHuge=1:5\n')
        code, out, err = self.call('cmdline', f'--root={self.image}', f'--machine={self.nodes}')
        self.assertEqual((code, out), (0, 'hugepagesz=2M hugepages=1:5\n'), err)

    def test_machines(self):
        """verify --machine= with a directory: two hundred machines, each with its row; a file that is none has one, too"""
        self.write('image/etc/fd-shmem.conf', '[a]\nPath=/a\nHuge=each:1G\n[b]\nPath=/b\nHuge=1:512\nGigantic=no\n'
                   '[c]\nMounts=no\nHuge=64\nConditionHost=x\n')
        for number in range(198):
            self.write(f'all/m{number}.json', machine(*([8] * (1 + number % 2))))
        self.write('all/m198.json', machine(1, 8))
        self.write('all/m199.json', '{"nodes": []}')
        self.write('all/README', 'not one')
        code, out, err = self.call('verify', f'--root={self.image}', f'--machine={self.root}/all/')
        self.assertEqual(code, 1)
        rows = [line.split() for line in out.splitlines()[:201]]
        self.assertEqual(rows[0], ['MACHINE', 'NODES', 'MEMORY', 'a', 'b', 'c'])
        self.assertEqual([row[0] for row in rows[1:]], [f'm{number}' for number in range(200)])
        gib = ['1', 'GiB']
        self.assertEqual(rows[2], ['m1', '2', '16', 'GiB', '2', 'GiB', *gib, '128', 'MiB?'])
        self.assertEqual(rows[1], ['m0', '1', '8', 'GiB', *gib, 'no', 'node', '128', 'MiB?'])
        self.assertEqual(rows[199][:7], ['m198', '2', '9', 'GiB', 'short', *gib])
        self.assertEqual(rows[200], ['m199', 'unreadable'])
        self.assertIn('200 machines, 99 of them without a problem\n', out)
        self.assertEqual(err.count('node 1 does not exist there'), 99)
        self.assertIn('c: left to the boot: whether ConditionHost=x is met\n', out)
        self.assertIn(f'error: {self.root}/all/m199.json: has no list "nodes"', err)
        self.assertEqual(err.count('\n'), 102) # on m198, "a" is short, and "c" would be

    def test_machines_conditions(self):
        """A column says where a domain is not started: that is no problem of the machine"""
        self.write('image/etc/fd-shmem.conf', '[small]\nMounts=no\nHuge=0:1G\nConditionMemory=<8G\n'
                   '[large]\nMounts=no\nHuge=0:9G\nConditionMemory=>=8G\n')
        for gib in (4, 8, 16):
            self.write(f'all/m{gib}.json', machine(gib))
        code, out, err = self.call('verify', f'--root={self.image}', f'--machine={self.root}/all')
        rows = [' '.join(line.split()) for line in out.splitlines()[1:4]]
        self.assertEqual(rows, ['m4 1 4 GiB 1 GiB not started', 'm8 1 8 GiB not started short',
                                'm16 1 16 GiB not started 9 GiB'])
        self.assertIn('3 machines, 2 of them without a problem\n', out)
        self.assertNotIn('left to the boot: whether Condition', out)
        self.assertEqual((code, err.count('\n')), (1, 1), err)

    def test_no_machines(self):
        """A directory without descriptions is an error, not a table without rows"""
        (pathlib.Path(self.root) / 'none').mkdir()
        code, out, err = self.call('verify', f'--root={self.image}', f'--machine={self.root}/none')
        self.assertEqual((code, out), (1, ''))
        self.assertIn('/none: has no file *.json', err)

    def test_cmdline_format(self):
        """cmdline --format: the same arguments in their order, as a file for who sets them"""
        self.write('image/etc/fd-shmem.conf', '[a]\nPath=/a\nGigantic=0:1\nHuge=1:5\n')
        line = ['hugepagesz=1G', 'hugepages=0:1', 'hugepagesz=2M', 'hugepages=1:5']
        for kind, between in {'plain': ' ', 'grub': ' ', 'bootc': '", "', 'talos': '\n      - ',
                              'machineconfig': '\n    - '}.items():
            with self.subTest(kind):
                code, out, err = self.call('cmdline', f'--format={kind}', f'--root={self.image}',
                                           f'--machine={self.nodes}')
                self.assertEqual((code, err), (0, ''))
                self.assertIn(between.join(line), out)
        self.assertEqual(self.call('cmdline', '--format=lilo', f'--root={self.image}')[0], 1)

    def test_cmdline_kubelet(self):
        """cmdline --kubelet: the pages by node, and on standard error what else the kubelet compares"""
        self.write('image/etc/fd-shmem.conf', '[a]\nPath=/a\nGigantic=0:1\nHuge=0:5,1:507\n')
        code, out, err = self.call('cmdline', '--kubelet', f'--root={self.image}',
                                   f'--machine={self.nodes}')
        self.assertEqual((code, out), (0, '--reserved-memory=0:hugepages-1Gi=1Gi,hugepages-2Mi=10Mi;'
                                          '1:hugepages-2Mi=1014Mi\n'), err)
        self.assertIn('--system-reserved= has hugepages-1Gi=1Gi,hugepages-2Mi=1Gi as well', err)


class Recipes(unittest.TestCase):
    def test_recipes(self):
        """docs/recipes: each has neither errors nor warnings"""
        recipes = sorted((pathlib.Path(__file__).parents[2] / 'docs/recipes').glob('*.conf'))
        self.assertTrue(recipes)
        for recipe in recipes:
            with self.subTest(recipe.name):
                run = subprocess.run([arguments.tool, 'verify', recipe], text=True,
                                     capture_output=True, check=False)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertIn('1 domain, 0 errors, 0 warnings', run.stdout + run.stderr)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tool', required=True, type=os.path.abspath)
    parser.add_argument('--generator', required=True, type=os.path.abspath)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)
