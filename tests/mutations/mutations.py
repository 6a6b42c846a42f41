#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Breaks the program in one place at a time, in a copy, and expects a certain fast test to fail: each of
these went unseen once."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What is broken, the test that sees it, the file, what is replaced in it and by what. A pattern that is not
# there once, because the code has changed, is an error: break the new code then.
MUTATIONS = [
    ('memory always comes from node 0', 'pools/numa', 'helpers/modules/kernel/numa.c',
     r'mask\[node / bits\] = 1UL << \(node % bits\);', 'mask[0 * node / bits] = 1;'),
    ('headroom is not kept while a pool grows', 'pools/headroom',
     'helpers/modules/grow/growth.c', r'step \+ headroom / 2', 'step'),
    ('a base directory is made open, and sealed afterwards', 'programs/sealed',
     'helpers/modules/base/base-make.c', r'(mkdirat\(above, name, )0700', r'\g<1>0755'),
    ('mounts are handed over before the base directory is sealed', 'programs/sealed',
     'helpers/modules/base/handover.c', r'r = directory_seal\(base\);', 'r = 0;'),
    ('what a dead writer gained is not limited to what it asked for', 'pools/account',
     'helpers/modules/holdings/account.c', r'min_u64\(now, target\) - before', 'now - before'),
    ('a loss is taken from what was there before us', 'pools/account',
     'helpers/modules/holdings/account.c',
     r'account\.others = min_u64\(account\.others, persistent\);\n *account\.ours = persistent - '
     r'account\.others;',
     'account.ours = min_u64(account.ours, persistent);\n'
     'account.others = persistent - account.ours;'),
    ('a release that can not change the pool is no failure', 'programs/programs',
     'helpers/modules/reserve/release.c', r'(result >= 0\)\n +result = )r;', r'\g<1>0;'),
]


def without_builds(directory, names):
    """What is not to be copied: builds, which are known by what is in them (tests/build is none)."""
    directory = pathlib.Path(directory)
    return [name for name in names if name in ('.git', '__pycache__')
            or (directory / name / 'meson-private').is_dir()]


class Copy:
    """The source in a directory of its own, and a build of it."""

    def __init__(self, source, directory):
        self.source = directory / 'source'
        self.build = directory / 'build'
        shutil.copytree(source, self.source, symlinks=True, ignore=without_builds)
        self.run('meson', 'setup', '-Dvm-tests=false', '--buildtype=debug', '--prefix=/usr',
                 self.build, self.source)
        self.compile()

    def run(self, *command):
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                check=False)
        if result.returncode:
            sys.exit(f'{" ".join(map(str, command))}:\n{result.stdout}')

    def compile(self):
        self.run('meson', 'compile', '-C', self.build)

    def test(self, name):
        """"OK", "FAIL", "SKIP", ..."""
        subprocess.run(['meson', 'test', '-C', self.build, '--no-rebuild', name],
                       stdout=subprocess.DEVNULL, check=False)
        log = (self.build / 'meson-logs/testlog.json').read_text(encoding='utf-8')
        return json.loads(log.splitlines()[-1])['result']


def survives(copy, what, test, path, pattern, replacement):
    """Tells what happened; whether the test failed to see it."""
    file = copy.source / path
    text = file.read_text(encoding='utf-8')
    broken, n = re.subn(pattern, replacement, text)
    if n != 1:
        print(f'not ok - {what}: {path} has {n} times {pattern!r}', flush=True)
        return True
    file.write_text(broken, encoding='utf-8')
    copy.compile()
    result = copy.test(test)
    file.write_text(text, encoding='utf-8')
    print(f'{"ok" if result == "FAIL" else "not ok"} - {what}: {test}: {result}', flush=True)
    return result != 'FAIL'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--source', type=pathlib.Path, required=True)
    parser.add_argument('--only', default='', help='those whose description has this in it')
    args = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if args.only in mutation[0]]

    with tempfile.TemporaryDirectory(prefix='fd-shmem-mutations-') as directory:
        copy = Copy(args.source, pathlib.Path(directory))
        for test in sorted({mutation[1] for mutation in chosen}):
            result = copy.test(test)
            if result != 'OK':
                sys.exit(f'{test}: {result} although nothing is broken')
        return 1 if sum(survives(copy, *mutation) for mutation in chosen) else 0


sys.exit(main())
