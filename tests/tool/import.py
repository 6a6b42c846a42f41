#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""fd-shmem import: what each source gives, and that its output is a configuration without errors, whatever is there."""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

tool = None

SCRIPT = '''#!/bin/sh
nodes_path=/sys/devices/system/node/
reserve_pages()
{
    echo $1 > $nodes_path/$2/hugepages/hugepages-1048576kB/nr_hugepages
}
# reserve_pages 9 node9
reserve_pages 2 node0
reserve_pages 1 node1
'''

EVERYTHING = {
    'etc/default/grub': '# GRUB_CMDLINE_LINUX="hugepages=7"\nGRUB_CMDLINE_LINUX_DEFAULT="quiet hugepagesz=64K hugepages=0:3,1:4"\n',
    'etc/sysctl.d/90-pages.conf': 'vm.nr_hugepages = 512\n',
    'etc/fstab': 'none /dev/hugepages-2M hugetlbfs pagesize=2M,uid=105,gid=106,mode=1770,size=1G 0 0\n'
                 'none /mnt/huge hugetlbfs min_size=64M 0 0\n/dev/sda1 / ext4 defaults 0 1\n',
    'etc/systemd/system/dev-hugepages\\x2d1G.mount':
        '[Mount]\nWhat=hugetlbfs\nWhere=/dev/hugepages-1G\nType=hugetlbfs\nOptions=pagesize=1G,min_size=1G\n',
    'usr/lib/systemd/system/dev-hugepages.mount': '[Mount]\nWhat=hugetlbfs\nWhere=/dev/hugepages\nType=hugetlbfs\n',
    'usr/lib/systemd/hugetlb-reserve-pages.sh': SCRIPT,
}

EXPECTED = '''
# /etc/fstab:1: /dev/hugepages-2M
[imported-1]
Path=/run/imported/1
HugePath=/dev/hugepages-2M
User=105
Group=106
Mode=1770
# /etc/sysctl.d/90-pages.conf:1: vm.nr_hugepages = 512
Huge=512
Gigantic=no
Normal=no
# As before, it claims nothing: other programs may use the pages. Without this line they are its own.
MinSize=no

# /etc/fstab:2: /mnt/huge
[imported-2]
Path=/run/imported/2
HugePath=/mnt/huge
User=root
Group=root
Mode=0755
Huge=yes
Gigantic=no
Normal=no

# /etc/systemd/system/dev-hugepages\\\\x2d1G.mount: /dev/hugepages-1G
[imported-3]
Path=/run/imported/3
GiganticPath=/dev/hugepages-1G
User=root
Group=root
Mode=0755
# /usr/lib/systemd/hugetlb-reserve-pages.sh:8: reserve_pages 2 node0
# /usr/lib/systemd/hugetlb-reserve-pages.sh:9: reserve_pages 1 node1
Gigantic=0:2,1:1
Huge=no
Normal=no
MinSize=gigantic:1G

[imported-pages-64K]
Mounts=no
HugeSize=64K
# /etc/default/grub:2: hugepages=0:3,1:4, with the hugepagesz= before it
# /etc/default/grub:2: hugepages=0:3,1:4, with the hugepagesz= before it
Huge=0:3,1:4
'''


class Import(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name) / 'root'
        self.root.mkdir()
        self.image = pathlib.Path(directory.name) / 'image'
        (self.image / 'etc').mkdir(parents=True)

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def call(self, *arguments):
        done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def imported(self, *arguments):
        """What is imported; verify has nothing against it."""
        code, out, err = self.call('import', *(arguments or [f'--root={self.root}']))
        (self.image / 'etc/fd-shmem.conf').write_text(out)
        checked = self.call('verify', f'--root={self.image}')
        self.assertEqual((checked[0], checked[2]), (0, ''), out)
        return code, out, err

    def pages(self, files):
        """The keys that ask for pages, of such a tree."""
        self.write(files)
        out = self.imported()[1]
        return [line for line in out.split('\n') if line.startswith(('Huge=', 'Gigantic=', 'HugeSize='))]

    def test_everything(self):
        """Each source has its place, and what cannot be carried over is said"""
        self.write(EVERYTHING)
        code, out, err = self.imported()
        self.assertEqual(code, 2)
        head, rest = out.split('\n\n', 1)
        self.assertEqual('\n' + rest, EXPECTED)
        old, left = head.split('# Not carried over:\n')
        self.assertEqual(old.count('\n#   '), 7, old)
        self.assertNotIn('/dev/hugepages\n', old)
        self.assertIn('/etc/fstab:1: /dev/hugepages-2M: option size=1G', left)
        self.assertIn('/etc/fstab:2: /mnt/huge: its min_size= would claim pages that', left)
        self.assertEqual(err.count('Not carried over: '), left.count('#   '))

    def test_command_line(self):
        """Sizes apply to what comes after them; without one it is the default size"""
        self.assertEqual(self.pages({'etc/kernel/cmdline': 'root=/dev/x hugepages=5 hugepagesz=1G hugepages=1:3 quiet\n'}),
                         ['Huge=5', 'Gigantic=1:3'])
        self.assertEqual(self.pages({'etc/kernel/cmdline': 'default_hugepagesz=1G hugepages=4\n'}), ['Gigantic=4'])
        self.assertEqual(self.pages({'etc/kernel/cmdline': '', 'boot/loader/entries/a.conf':
                                     'title x\nlinux /vmlinuz hugepages=1\noptions hugepagesz=2M hugepages=0:1,1:2\n'}),
                         ['Huge=0:1,1:2'])

    def test_last_word(self):
        """What comes later in the boot replaces what was said before, and that is said"""
        self.assertEqual(self.pages({'etc/kernel/cmdline': 'hugepages=0:1,1:2\n',
                                     'etc/sysctl.d/a.conf': 'vm.nr_hugepages=8\n'}), ['Huge=8'])
        self.assertEqual(self.pages({'etc/tmpfiles.d/a.conf':
                                     'w /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages - - - - 6\n'}),
                         ['Huge=1:6'])
        code, out, err = self.imported()
        self.assertEqual(code, 2)
        self.assertIn('/etc/sysctl.d/a.conf:1: vm.nr_hugepages = 8: replaced by /etc/tmpfiles.d/a.conf:1: ', err)
        self.assertIn(err.split(': replaced')[0].split('over: ')[1], out)

    def test_report(self):
        """The report of the memory that Firedancer needs"""
        report = self.root / 'report.json'
        report.write_text('{"summary": {"numa_nodes": [{"node": 0, "gigantic_pages": 79, "huge_pages": 319}, '
                          '{"node": 1, "gigantic_pages": 0, "huge_pages": 144}]}}')
        code, out, _ = self.imported(report)
        self.assertEqual(code, 0)
        self.assertIn('\nGigantic=0:79\n', out)
        self.assertIn('\nHuge=0:319,1:144\n', out)
        for bad in ('', '[]', '{"summary": {}}', '{"summary": {"numa_nodes": [{"node": -1}]}}',
                    '{"summary": {"numa_nodes": [{"node": 0, "gigantic_pages": "x", "huge_pages": 1}]}}'):
            report.write_text(bad)
            code, out, err = self.call('import', report)
            self.assertEqual((code, out), (1, ''), bad)
            self.assertIn(str(report), err)

    def test_nothing(self):
        code, out, err = self.imported()
        self.assertEqual((code, out.count('[')), (0, 0))
        self.assertIn('Nothing to import', err)

    def test_garbage(self):
        """Whatever stands there: a configuration without errors comes out, and no line of somebody else's"""
        pieces = ['hugepages=', 'hugepagesz=', '2M', '1G', '3M', '0:', '1:2,', '99999999999999999999', '-1', '"', '\\', '\x01',
                  'vm.nr_hugepages', '=', ' ', '\n', 'w /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages - - - - ',
                  'none /mnt/x hugetlbfs pagesize=', ',uid=', ',mode=', ' 0 0', '/a\\012[evil]', 'reserve_pages ', ' node',
                  '[Mount]\n', 'Where=', 'Type=hugetlbfs\n', 'Options=', 'GRUB_CMDLINE_LINUX=', '%', 'é', '#']
        generator = random.Random(12)
        for _ in range(150):
            self.write({name: ''.join(generator.choices(pieces, k=generator.randrange(12))) for name in EVERYTHING})
            code, out, err = self.call('import', f'--root={self.root}')
            self.assertIn(code, (0, 1, 2), err)
            self.assertNotIn('\n[evil]', out)
            (self.image / 'etc/fd-shmem.conf').write_text(out)
            self.assertIn(self.call('verify', f'--root={self.image}')[0], (0, 1))


if __name__ == '__main__':
    tool = os.path.abspath(sys.argv.pop(1))
    unittest.main()
