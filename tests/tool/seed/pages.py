# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pages, and the variables and functions about them."""

import json
import os
import pathlib
import re
import signal
import subprocess

from seed.row import (
    HUGE, NODE, Holder, mounts, needs_a_gigantic_page, nodes_with_memory, Options, pool,
    pool_file, pools, Row)


class Variables(Row):
    def test_shmem_path(self):
        """SHMEM_PATH: FD_SHMEM_PATH, else /mnt/.fd"""
        self.assertIn(f'Hugetlbfs mount path: {self.path}\n', self.succeed('help'))
        environment = {k: v for k, v in os.environ.items() if k != 'FD_SHMEM_PATH'}
        out = subprocess.run([self.classic, 'help'], env=environment, capture_output=True).stdout
        self.assertIn(b'Hugetlbfs mount path: /mnt/.fd\n', out)

    def test_all_types(self):
        """ALL_TYPES: gigantic, huge, normal"""
        self.assertIn('Supported page types: gigantic huge normal\n', self.succeed('help'))
        self.succeed('init', '0700', '', '')
        self.assertEqual(sorted(mounts(self.path)), ['.gigantic', '.huge', '.normal'])

    def test_bin(self):
        """BIN: found wherever the program lies. Better: no other program is needed"""
        code, out, _ = self.call(os.path.relpath(self.classic), 'help')
        self.assertEqual(code, 0)
        self.assertIn('Usage: fd_shmem_cfg ', out)

    def test_numa_cnt(self):
        """NUMA_CNT: the nodes. Better: holes in the numbers and nodes without memory are known"""
        expected = ' '.join(map(str, nodes_with_memory()))
        self.assertIn(f'Supported numa nodes: {expected}\n', self.succeed('help'))


class Pools(Row):
    def test_get_page_size(self):
        """get_page_size: 4096, 2 MiB, 1 GiB; an unsupported type is said, exit 1"""
        self.succeed('init', '0700', '', '')
        sizes = {name: os.statvfs(self.path / name).f_bsize for name in mounts(self.path)}
        self.assertEqual(sizes, {'.normal': 4096, '.huge': HUGE, '.gigantic': 1 << 30})
        self.fail_with('alloc 1 enormous 0: fail, unsupported page type enormous',
                       'alloc', '1', 'enormous', '0')

    def test_get_page_path(self):
        """get_page_path: the pool of the type on the node; an unsupported type is said, exit 1"""
        self.succeed('alloc', '3', 'huge', str(NODE))
        self.assertEqual(pool('huge', NODE), 3 + int(self.before[str(
            pool_file('huge', NODE, 'nr_hugepages'))]))
        self.fail_with('alloc 0 normal 0: fail', 'free', 'normal', '0')

    def test_get_page_total_and_free(self):
        """get_page_total, get_page_free: nr_hugepages and free_hugepages; no such node: exit 1"""
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'region'):
            code, out, err = self.call(Options.tool, 'query', '--json')
            self.assertEqual(code, 0, err)
            of = {of['type']: of for of in json.loads(out)['page_types']}
            shown = {item['node']: item for item in of['huge']['pools']}[NODE]
            self.assertEqual(shown['total'], pool('huge', NODE))
            self.assertEqual(shown['free'], pool('huge', NODE, 'free_hugepages'))
        self.fail_with('alloc 1 huge 999: fail', 'alloc', '1', 'huge', '999')

    def test_try_defrag_memory(self):
        """try_defrag_memory: compacts. Better: only when pages do not come, or asked to; no sleep"""
        def scanned():
            text = pathlib.Path('/proc/vmstat').read_text()
            return int(re.search(r'^compact_migrate_scanned (\d+)$', text,
                                 re.M).group(1))
        before = scanned()
        code, out, err = self.call(Options.tool, 'defrag', f'--node={NODE}')
        self.assertEqual(code, 0, out + err)
        self.assertGreater(scanned(), before)
        code, out, err = self.call(Options.tool, 'defrag', f'--node={NODE}', '--for=4:huge')
        self.assertEqual((code, out), (0, f'node {NODE}: 4 huge pages can be allocated\n'), err)
        code, out, err = self.call(Options.tool, 'defrag', '--for=99999999:huge')
        self.assertEqual(code, 1, out + err)


class Query(Row):
    def test_shows(self):
        """query: pages per type and node, then the regions; success"""
        self.succeed('init', '0700', '', '')
        (self.path / '.normal' / 'a-region').write_bytes(b'x' * 5000)
        out = self.succeed('query')
        for text in ('huge', 'gigantic', str(self.path), 'a-region', 'query: success\n'):
            self.assertIn(text, out)

    def test_not_there(self):
        """query: pages are shown, then: not accessible, exit 1"""
        out = self.fail_with(f'query: fail, path {self.path} not accessible', 'query')
        self.assertIn('gigantic', out)


class Alloc(Row):
    def test_exact(self):
        """alloc: the pages on the node are COUNT, up and down; success"""
        start = pool('huge', NODE)
        for count in (4, 6, 1, 0, 3):
            out = self.succeed('alloc', str(count), 'huge', str(NODE))
            self.assertEqual(out, f'alloc {count} huge {NODE}: success\n')
            self.assertEqual(pool('huge', NODE), start + count)

    @needs_a_gigantic_page
    def test_gigantic(self):
        """alloc: gigantic pages too"""
        start = pool('gigantic', NODE)
        self.succeed('alloc', '1', 'gigantic', str(NODE))
        self.assertEqual(pool('gigantic', NODE), start + 1)

    def test_normal(self):
        """alloc: normal pages do not require explicit allocation, exit 1"""
        self.fail_with('alloc 4 normal 0: fail, normal pages do not require explicit allocation',
                       'alloc', '4', 'normal', '0')

    def test_in_use(self):
        """alloc: refused while pages are in use. Better: works, and leaves pages in use alone"""
        start = pool('huge', NODE)
        self.succeed('init', '0700', '', '', 'alloc', '2', 'huge', str(NODE))
        with Holder(self.path / '.huge' / 'region'):
            self.succeed('alloc', '5', 'huge', str(NODE))
            self.assertEqual(pool('huge', NODE), start + 5)
            self.succeed('alloc', '2', 'huge', str(NODE))
            self.assertEqual(pool('huge', NODE), start + 2)

    def test_shortage(self):
        """alloc, not the expected number: exit 1. Better: says what it got and why, changes nothing"""
        self.succeed('alloc', '2', 'huge', str(NODE))
        now = pools()
        out = self.fail_with('alloc 90000000 huge', 'alloc', '90000000', 'huge', str(NODE))
        self.assertIn(': fail, ', out)
        self.assertIn('would fit', out)
        self.assertEqual(pools(), now)

    def test_bad_numbers(self):
        """alloc: Better: what is no number is refused before the kernel sees it"""
        now = pools()
        for words in (('-1', 'huge', '0'), ('4x', 'huge', '0'), ('', 'huge', '0'),
                      ('1', 'huge', 'x'), ('1', 'huge', '../0'), ('99999999999999999999', 'huge', '0')):
            self.fail_with(': fail, ', 'alloc', *words)
        self.assertEqual(pools(), now)

    def test_interrupted(self):
        """alloc: Better: interrupted by Ctrl-C it gives back what it added, and says so, exit 1"""
        now, interrupted = pools(), 0
        environment = dict(os.environ, FD_SHMEM_PATH=str(self.path))
        for attempt in range(60):
            process = subprocess.Popen([self.classic, 'alloc', '1000', 'huge', str(NODE)],
                                       env=environment, text=True, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
            # The handler is set before the first page is asked for.
            while process.poll() is None and pool('huge', NODE) == int(now[str(pool_file(
                    'huge', NODE, 'nr_hugepages'))]):
                pass
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=30)
            if process.returncode == 0:
                self.succeed('free', 'huge', str(NODE))
                continue
            if 'would fit' in out:
                self.skipTest(out)
            self.assertEqual(process.returncode, 1, out)
            self.assertIn(f'alloc 1000 huge {NODE}: fail, interrupted', out)
            self.assertEqual(pools(), now)
            interrupted += 1
            if interrupted == 3:
                return
        self.assertGreater(interrupted, 0, 'never came in time')

    def test_free(self):
        """free: alloc 0, and reported so. Better: gives back only what alloc added"""
        start = pool('huge', NODE)
        self.succeed('alloc', '4', 'huge', str(NODE))
        self.assertEqual(self.succeed('free', 'huge', str(NODE)), f'alloc 0 huge {NODE}: success\n')
        self.assertEqual(pool('huge', NODE), start)

    def test_free_of_others(self):
        """free: Better: pages that others put into the pool stay"""
        file = pool_file('huge', NODE, 'nr_hugepages')
        start = pool('huge', NODE)
        file.write_text(str(start + 3))
        try:
            self.succeed('alloc', '5', 'huge', str(NODE))
            self.succeed('free', 'huge', str(NODE))
            self.assertEqual(pool('huge', NODE), start + 3)
        finally:
            file.write_text(str(start))

    def test_two_paths(self):
        """alloc: Better: two domains do not take each other's pages"""
        start = pool('huge', NODE)
        other = self.top / 'other'
        self.succeed('alloc', '2', 'huge', str(NODE))
        self.succeed('alloc', '3', 'huge', str(NODE), path=other)
        self.assertEqual(pool('huge', NODE), start + 5)
        self.succeed('free', 'huge', str(NODE))
        self.assertEqual(pool('huge', NODE), start + 3)
        self.succeed('free', 'huge', str(NODE), path=other)
