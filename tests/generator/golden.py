#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the generator on the directories beside this file and compares what it writes.

A case NN-name holds:
  root/        what the generator sees as the root directory (a tree of files and links)
  expected/    the units and links, byte for byte; absent: nothing may be written
  stderr       the messages; absent: none
  environment  lines of NAME=VALUE for the generator; absent: none

The files below root/ all have the same time of modification when the generator sees them.
Directories that the build configures stand as @HELPERDIR@ and @SYSTEMUNITDIR@ in expected/.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
VALGRIND = ['valgrind', '--quiet', '--error-exitcode=1', '--leak-check=full',
            '--errors-for-leak-kinds=all', '--show-leak-kinds=all']

MODIFIED = 1234567890_000000042

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    def __init__(self, name, options):
        self.directory = HERE / name
        self.options = options

    def environment(self):
        path = self.directory / 'environment'
        lines = path.read_text().splitlines() if path.exists() else []
        kept = {k: v for k, v in os.environ.items() if not k.startswith('SYSTEMD_')}
        return kept | dict(line.split('=', 1) for line in lines)

    def copy_root(self, target):
        """What the generator notes of the files it reads must not depend on when they were made."""
        shutil.copytree(self.directory / 'root', target, symlinks=True)
        for path in target.rglob('*'):
            os.utime(path, ns=(MODIFIED, MODIFIED), follow_symlinks=False)

    def run(self, output):
        """Runs the generator; returns its messages. Its exit status is always 0."""
        wrapper = VALGRIND if self.options.valgrind else []
        root = output.parent / 'root'
        if not root.exists():
            self.copy_root(root)
        command = [*wrapper, self.options.generator, f'--root={root}', str(output), '/early', '/late']
        done = subprocess.run(command, env=self.environment(), capture_output=True)
        if done.returncode != 0:
            sys.stderr.buffer.write(done.stderr)
            sys.exit(f'{self.directory.name}: exit status {done.returncode}')
        return done.stderr

    def snapshot(self, output):
        """What is in the directory OUTPUT, by relative path; links are ('->', target)."""
        names = {}
        for path in sorted(output.rglob('*')):
            name = str(path.relative_to(output))
            if path.is_symlink():
                names[name] = ('->', self.normalise(os.readlink(os.fsencode(path))))
            elif path.is_file():
                names[name] = ('', self.normalise(path.read_bytes()))
        return names

    def normalise(self, data):
        data = data.replace(os.fsencode(self.options.helperdir), b'@HELPERDIR@')
        return data.replace(os.fsencode(self.options.systemunitdir), b'@SYSTEMUNITDIR@')

    def expected(self):
        directory = self.directory / 'expected'
        return self.snapshot(directory) if directory.exists() else {}

    def expected_messages(self):
        path = self.directory / 'stderr'
        return path.read_bytes() if path.exists() else b''

    def update(self, snapshot, messages):
        directory = self.directory / 'expected'
        shutil.rmtree(directory, ignore_errors=True)
        for name, (kind, data) in snapshot.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind:
                os.symlink(data, os.fsencode(path))
            else:
                path.write_bytes(data)
        (self.directory / 'stderr').unlink(missing_ok=True)
        if messages:
            (self.directory / 'stderr').write_bytes(messages)


def differences(expected, found):
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f'- {name} is missing'
        elif name not in expected:
            yield f'+ {name} is not expected:\n{show(found[name])}'
        elif found[name] != expected[name]:
            yield f'! {name} differs; expected:\n{show(expected[name])}found:\n{show(found[name])}'


def show(entry):
    return ''.join(f'    {line}\n' for line in (entry[0] + entry[1].decode(errors='replace')).splitlines())


def identities(output):
    """What changes when something is written again."""
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns)
            for path in output.rglob('*') if not path.is_dir()}


def check(case):
    with tempfile.TemporaryDirectory() as scratch:
        first = pathlib.Path(scratch, 'first')
        second = pathlib.Path(scratch, 'second')
        first.mkdir()
        second.mkdir()

        messages = case.run(first)
        found = case.snapshot(first)
        if case.options.update:
            case.update(found, messages)

        problems = list(differences(case.expected(), found))
        if messages != case.expected_messages():
            problems.append(f'messages differ; expected:\n{case.expected_messages().decode()}'
                            f'found:\n{messages.decode(errors="replace")}')

        if case.options.valgrind:
            return problems

        case.run(second)
        if case.snapshot(second) != found:
            problems.append('a second run into an empty directory writes something else')

        before = identities(first)
        if case.run(first) != messages or identities(first) != before:
            problems.append('a second run into the same directory changes something')

    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--generator', required=True)
    parser.add_argument('--helperdir', required=True)
    parser.add_argument('--systemunitdir', required=True)
    parser.add_argument('--valgrind', action='store_true', help='run the generator under valgrind')
    parser.add_argument('--update', action='store_true', help='make what is found the expectation')
    parser.add_argument('cases', nargs='*', help='names of directories; default: all')
    options = parser.parse_args()

    if options.valgrind and not shutil.which(VALGRIND[0]):
        print('SKIP: valgrind is needed')
        return SKIPPED

    failed = 0
    for name in options.cases or sorted(path.parent.name for path in HERE.glob('*/root')):
        problems = check(Case(name, options))
        for problem in problems:
            print(f'{name}: {problem}')
        failed += bool(problems)
        print(f'{"FAIL" if problems else "ok"} {name}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
