#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads back from the built programs how they were hardened.

    hardening.py [--flag=COMPILER-FLAG]... [--fortify=LEVEL] PROGRAM...

The flags are those that the compiler took; FORTIFY_SOURCE has a level unless it was left out.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
ENDBR64 = bytes.fromhex('f30f1efa')


def readelf(program, *options):
    return subprocess.run(['readelf', '--wide', *options, program], check=True,
                          capture_output=True, text=True).stdout


def problems(program, options):
    header = readelf(program, '--file-header')
    segments = readelf(program, '--program-headers')
    dynamic = readelf(program, '--dynamic')
    symbols = readelf(program, '--symbols')

    if not re.search(r'Type:\s+DYN', header) or 'PIE' not in dynamic:
        yield 'not position independent'
    if 'GNU_RELRO' not in segments:
        yield 'relocations stay writable'
    if not re.search(r'\(FLAGS_1\).*\bNOW\b', dynamic):
        yield 'symbols are bound late, so that their table stays writable'
    if not re.search(r'GNU_STACK.* RW ', segments):
        yield 'the stack can be executed'
    if '-fstack-protector-strong' in options.flag and '__stack_chk_fail' not in symbols:
        yield 'no stack protector'
    # The property of the whole file is missing where the C library's start-up code has none.
    if ('-fcf-protection' in options.flag and 'X86-64' in header and
            pathlib.Path(program).read_bytes().count(ENDBR64) < 10):
        yield 'no control-flow protection'
    yield from compiled_without(program, options)


def compiled_without(program, options):
    """Flags that leave no mark of their own stand in the debugging information."""
    producers = set(re.findall(r'DW_AT_producer.*: (GNU C.*)', readelf(program, '--debug-dump=info')))
    for producer in producers:
        for flag in options.flag:
            if flag not in producer:
                yield f'compiled without {flag}: {producer}'


def is_fortified(program):
    return re.search(r'__\w+_chk\b', readelf(program, '--symbols').replace('__stack_chk', ''))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--flag', action='append', default=[])
    parser.add_argument('--fortify')
    parser.add_argument('programs', nargs='+')
    options = parser.parse_args()

    if not shutil.which('readelf'):
        print('SKIP: readelf is needed (binutils)')
        return SKIPPED

    failed = 0
    for program in options.programs:
        found = list(problems(program, options))
        if options.fortify and not is_fortified(program):
            found.append(f'nothing is fortified, level {options.fortify} was asked for')
        for problem in found:
            print(f'{program}: {problem}')
        failed += bool(found)
    print(f'{len(options.programs)} programs, {failed} not as they should be')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
