#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""--dry-run changes nothing and fails where the command would; reset asks on a terminal and nowhere else. On the
real kernel; run as root, skipped otherwise."""

import argparse
import os
import pathlib
import pty
import select
import subprocess
import sys
import time
import unittest

from seed.row import NODE, Holder, Options, Row, pool, pools
from seed.why_not import SKIP, why_not


def ledger():
    """A lock's file has the name of whoever had it last."""
    return {str(path): path.read_bytes() if path.is_file() and path.name[:5] != 'lock-' else None
            for path in sorted(pathlib.Path('/run/fd-shmem').rglob('*'))}


class Machine(Row):
    def tool(self, *words):
        return self.call(Options.tool, *words)

    def state(self):
        """Everything that a command can change."""
        return {'pools': pools(), 'ledger': ledger(),
                'mounts': pathlib.Path('/proc/self/mountinfo').read_text(),
                'files': sorted(str(path) for path in self.top.rglob('*')),
                'base': self.path.exists() and self.describe('.')}

    def preview(self, *words, code=0):
        before = self.state()
        got, out, err = self.tool(*words, '--dry-run')
        self.assertEqual(self.state(), before, words)
        self.assertEqual(got, code, (words, out, err))
        self.assertNotIn('success', out)
        return out if code == 0 else err


class DryRun(Machine):
    def test_init(self):
        """init: where it would make what; refused where init is"""
        out = self.preview('init', '0750', 'nobody', '')
        self.assertIn(f'Would make {self.path}, with mounts .normal .huge', out)
        self.assertIn('with mode 0750\n', out)
        self.preview('init', '0750', 'nosuchuser', '', code=1)
        self.preview('init', 'rwx', 'root', '', code=1)
        self.path.mkdir()
        (self.path / 'x').touch()
        self.assertIn('not empty', self.preview('init', '0700', 'root', '', code=1))
        (self.path / 'x').unlink()
        self.path.rmdir()
        self.succeed('init', '0700', 'root', '')
        self.assertIn('exists', self.preview('init', '0700', 'root', '', code=1))

    def test_option_first(self):
        """The option before the words, a mode that begins with "-" among them"""
        before = self.state()
        code, out, err = self.tool('init', '--dry-run', '-w', 'root', '')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('with mode 0555\n', out)
        self.assertEqual(self.state(), before)

    def test_alloc(self):
        """alloc, free: the numbers; refused beyond the headroom, and for a node that is not there"""
        self.succeed('alloc', '1', 'huge', str(NODE))
        out = self.preview('alloc', '3', 'huge', str(NODE))
        self.assertRegex(out, f'node {NODE}: 3 huge pages asked, 1 held; '
                              r'would adopt \d+, add \d+, release 0\n')
        out = self.preview('free', 'huge', str(NODE))
        self.assertIn('0 huge pages asked, 1 held; would adopt 0, add 0, release 1\n', out)
        self.assertIn('Headroom=', self.preview('alloc', '4000000', 'huge', str(NODE), code=1))
        self.preview('alloc', '1', 'huge', '999', code=1)
        self.assertEqual(pool('huge', NODE), int(self.before_of('huge')) + 1)

    def before_of(self, kind):
        return next(text for path, text in self.before.items()
                    if f'node{NODE}/' in path and ('2048' in path) == (kind == 'huge'))

    def test_fini(self):
        """fini: what goes, or who is in the way"""
        self.preview('fini', code=1)
        self.succeed('init', '0700', 'root', '')
        self.assertIn(f'Would remove {self.path}, with mounts .normal', self.preview('fini'))
        region = self.path / '.normal' / 'x'
        region.touch()
        with open(region):
            self.assertIn('is in use, nothing was removed', self.preview('fini', code=1))

    def test_reset(self):
        """reset: how many regions, and who has them"""
        self.preview('reset', code=1)
        self.succeed('init', '0700', 'root', '')
        (self.path / '.normal' / 'x').write_bytes(b'x' * 5000)
        with open(self.path / '.normal' / 'x'):
            out = self.preview('reset')
        self.assertIn('.normal: 1 region, 2 normal pages\n', out)
        self.assertIn('has region x open', out)
        self.assertIn(f'Would remove 1 region of {self.path}\n', out)

    def test_defrag(self):
        """defrag: which nodes; with --for, the same refusals"""
        self.assertIn(f'Would compact the memory of node {NODE}\n', self.preview('defrag'))
        self.preview('defrag', '--node=999', code=1)
        self.assertIn('would reserve 2 huge pages', self.preview('defrag', '--for=2:huge'))
        self.preview('defrag', '--for=4000000:huge', code=1)

    def test_classic(self):
        """fd_shmem_cfg has no such option"""
        before = self.state()
        for words in (('reset',), ('fini',), ('alloc', '1', 'huge', '0'), ('init', '0700', 'root', '')):
            self.fail_with('Unknown operation (--dry-run) specified', *words, '--dry-run')
        self.assertEqual(self.state(), before)


class Question(Machine):
    def setUp(self):
        super().setUp()
        self.succeed('init', '0700', 'root', '')
        self.region = self.path / '.normal' / 'x'
        self.region.touch()

    def on_terminal(self, program, answer, *words):
        """Exit status and output, with ANSWER typed once there is a question."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ['FD_SHMEM_PATH'] = str(self.path)
            os.execv(program, [str(program), *words])
        text, deadline, asked = '', time.monotonic() + 30, False
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            text += part.decode()
            if text.endswith('[y/N] ') and not asked:
                asked = True
                os.write(terminal, answer)
        status = os.waitpid(pid, 0)[1]
        os.close(terminal)
        return os.waitstatus_to_exitcode(status), text, asked

    def test_no(self):
        """Anything but yes, the end of input included, leaves everything there"""
        for answer in (b'n\n', b'\n', b'\x04', b'no yes\n'):
            code, text, asked = self.on_terminal(Options.tool, answer, 'reset')
            self.assertTrue(asked, text)
            self.assertEqual(code, 1, text)
            self.assertIn('not confirmed, nothing was removed', text)
            self.assertTrue(self.region.exists())

    def test_yes(self):
        """The question says what goes and who has it; then it goes"""
        with Holder(self.path / '.huge' / 'y') if pool('huge', NODE) > 0 else open(self.region):
            code, text, asked = self.on_terminal(Options.tool, b'y\n', 'reset')
        self.assertTrue(asked, text)
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r'in use: .* pid \d+ ')
        self.assertRegex(text, rf'Remove \d regions? of {self.path}, in use as shown\? \[y/N\] ')
        self.assertFalse(self.region.exists())

    def test_not_asked(self):
        """--yes, -y, nothing to remove, and fd_shmem_cfg"""
        for program, words in ((Options.tool, ('reset', '--yes')), (Options.tool, ('reset', '-y')),
                               (Options.tool, ('reset',)), (self.classic, ('reset',))):
            if len(words) > 1 or program == self.classic:
                self.region.touch()
            code, text, asked = self.on_terminal(program, b'n\n', *words)
            self.assertEqual((code, asked), (0, False), text)
            self.assertFalse(self.region.exists())

    def test_no_terminal(self):
        """Without a terminal nobody is asked"""
        code, out, err = self.tool('reset')
        self.assertEqual(code, 0, err)
        self.assertIn('reset: success\n', out)
        self.assertFalse(self.region.exists())


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tool', required=True, type=os.path.abspath)
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    Options.tool = arguments.tool
    reason = why_not()
    if reason:
        print(f'skipped: {reason}')
        sys.exit(SKIP)
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)
