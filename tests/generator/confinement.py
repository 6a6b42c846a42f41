#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Watches the generator's system calls: it may open configuration for reading, look where links in
paths lead, and write below its output directory; nothing else, and nothing over the network.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77

CALL = re.compile(r'^(?:\[pid +\d+\] |\d+ +)?(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\w+)')
DIRECTORY = re.compile(r'^(?:AT_FDCWD|\d+)<(?P<path>[^>]*)>(\(deleted\))?$')
STRING = re.compile(r'^"(?P<text>.*)"$')

# Of the C library and the dynamic loader, before main().
LOADER = re.compile(r'^/etc/ld[.]so[.]|^(/usr)?/lib\w*/.*[.]so([.]\d+)*$|^/(usr/)?lib\w*$')

SEARCHED = r'(etc|run|usr/local/lib|usr/lib)'
CONFIGURATION = re.compile(rf'^({SEARCHED}(/fd-shmem[.]conf([.]d(/[^/]*[.]conf)?)?)?|etc/fstab'
                           r'|run/credentials/@system/fd-shmem[.]conf|proc/cmdline|proc/1/cmdline)?$')

WRITING = re.compile(r'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND')
CHANGING = {'mkdirat', 'mkdir', 'renameat2', 'rename', 'renameat', 'symlink', 'symlinkat', 'link',
            'linkat', 'unlink', 'unlinkat', 'chmod', 'fchmodat', 'chown', 'fchownat', 'utimensat',
            'truncate', 'mknod', 'mknodat', 'mount', 'umount2'}
LOOKING = {'readlinkat', 'readlink', 'newfstatat', 'stat', 'lstat', 'statx', 'access', 'faccessat',
           'faccessat2', 'getcwd'}


def split_arguments(text):
    return re.findall(r'"(?:[^"\\]|\\.)*"|[^, ][^,]*', text)


def paths_of(arguments):
    """Absolute paths among the ARGUMENTS; a relative one belongs to the descriptor before it."""
    base = '/'
    for argument in arguments:
        if match := DIRECTORY.match(argument):
            base = match['path']
        elif match := STRING.match(argument):
            text = match['text'].encode().decode('unicode_escape').encode('latin-1')
            yield os.path.join(os.fsencode(base), text).decode(errors='replace').rstrip('/') or '/'


def below(path, directory):
    return path == directory or path.startswith(directory + '/')


def is_allowed(call, path, root, output):
    name, arguments = call['name'], call['arguments']

    if name == 'execve' or below(path, output):
        return True
    if name in CHANGING:
        return False
    if name in ('openat', 'open') and WRITING.search(arguments):
        return False
    # "/" tells whether the root directory given is this machine's.
    if name in LOOKING and (below(path, root) or path == '/' or 'AT_EMPTY_PATH' in arguments):
        return True
    if below(path, root):
        return bool(CONFIGURATION.match(os.path.relpath(path, root).removeprefix('.')))
    return bool(LOADER.match(path))


def check(trace, root, output):
    """Yields the calls of the TRACE that are not allowed, and says whether anything was written."""
    for line in trace.splitlines():
        call = CALL.match(line)
        if not call or line.startswith('+++'):
            continue
        paths = list(paths_of(split_arguments(call['arguments'])))
        # The target of a link is text, not a place.
        if call['name'].startswith('symlink'):
            paths = paths[1:]
        if call['name'].startswith('readlink'):
            paths = paths[:1]
        if not paths and call['name'] not in ('execve', 'access'):
            yield f'no path: {line}'
        for path in paths:
            if not is_allowed(call, path, root, output):
                yield line


def trace_generator(generator, root, output, scratch):
    trace = scratch / 'trace'
    subprocess.run(['strace', '-f', '-y', '-qq', '-s', '4096', '-e', 'trace=%file,%network',
                    '-o', trace, generator, f'--root={root}', str(output)],
                   check=True, capture_output=True)
    return trace.read_text(errors='replace')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--generator', required=True)
    options = parser.parse_args()

    if not shutil.which('strace') or subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'],
                                                    stderr=subprocess.DEVNULL).returncode != 0:
        print('SKIP: strace is needed, and the right to trace')
        return SKIPPED

    failed = 0
    written = False
    for root in sorted(HERE.glob('*/root')):
        with tempfile.TemporaryDirectory() as directory:
            scratch = pathlib.Path(directory).resolve()
            output = scratch / 'output'
            output.mkdir()
            problems = list(check(trace_generator(options.generator, root, output, scratch),
                                  str(root), str(output)))
            written |= any(output.iterdir())
        for problem in problems:
            print(f'{root.parent.name}: {problem}')
        failed += bool(problems)
        print(f'{"FAIL" if problems else "ok"} {root.parent.name}')

    if not written:
        print('FAIL: no case made the generator write anything')
    return 1 if failed or not written else 0


if __name__ == '__main__':
    sys.exit(main())
