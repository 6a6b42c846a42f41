#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lets systemd judge the static units together with the generated ones of every case.

Nothing that systemd-analyze verify says is accepted, and each generated mount must have the name
that systemd-escape gives its path.
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

# What is started together with the instances that a case makes of the templates. Every other unit of the
# table is judged by itself.
STARTED = ['fd-shmem.target', 'fd-shmem-gigantic.target', 'fd-shmem-check.service',
           'fd-shmem-defrag.service', 'fd-shmem-late.target', 'fd-shmem-late-gigantic.target',
           'fd-shmem-late-check.service']


def units_alone(table):
    """Units by themselves: when the domain is in trouble or on demand."""
    names = re.findall(r'"(fd-shmem[^"]*[.](?:service|target|path|timer))"', table)
    return [name.replace('@.', '@any.') for name in names if name not in STARTED]


def collect_units(options, target):
    """Copies what would be in the system's unit directory."""
    target.mkdir()
    for directory in (options.units, options.built_units):
        for path in pathlib.Path(directory).iterdir():
            if path.suffix in ('.target', '.service', '.path', '.timer'):
                shutil.copy(path, target)


def make_programs(units, directory, target):
    """Stands in for the programs of the UNITS in that DIRECTORY: systemd wants commands to exist."""
    target.mkdir(parents=True)
    for name in {name for path in units.iterdir()
                 for name in re.findall(rf'^Exec\w+={re.escape(directory)}/([\w-]+)',
                                        path.read_text(), re.M)}:
        (target / name).symlink_to('/bin/true')


def replace_directory(tree, before, after):
    for path in tree.rglob('*'):
        if path.is_file() and not path.is_symlink():
            path.write_bytes(path.read_bytes().replace(os.fsencode(before), os.fsencode(after)))


def instances(generated):
    """The units of a case by name: mounts, and every instance that has a drop-in or is wanted."""
    names = set()
    for path in generated.rglob('*'):
        if path.name.endswith('.d') and path.is_dir():
            names.add(path.name.removesuffix('.d'))
        elif path.suffix == '.mount' or path.is_symlink():
            names.add(path.name)
    return sorted(names)


def check_mount_names(generated):
    for path in generated.glob('*.mount'):
        where = [line.removeprefix('Where=').replace('%%', '%')
                 for line in path.read_text().splitlines() if line.startswith('Where=')]
        name = subprocess.run(['systemd-escape', '--path', '--suffix=mount', *where], check=True,
                              capture_output=True, text=True).stdout.rstrip('\n')
        if name != path.name:
            yield f'{path.name} is {name} to systemd-escape'


def make_consumer(path):
    """Stands in for a unit of others that requires a domain."""
    path.write_text('[Service]\nExecStart=/bin/true\n' if path.suffix == '.service' else '[Unit]\n')


def find_units(units, generated, names):
    """Files that systemd-analyze takes: an instance is a link to its template. It takes a colon for
    the start of an alias, so reservations are judged as what others depend on."""
    for name in names:
        if ':' in name:
            continue
        template = re.sub('@.*[.]', '@.', name)
        if not name.startswith('fd-shmem') and not name.endswith('.mount'):
            make_consumer(generated / name)
        path = generated / name
        if not path.exists():
            path = units / name
        if not path.exists():
            path.symlink_to(units / template)
        yield str(path)


def verify(units, generated, names):
    environment = os.environ | {
        'SYSTEMD_UNIT_PATH': f'{generated}:{units}:/usr/lib/systemd/system:/lib/systemd/system',
        'SYSTEMD_LOG_LEVEL': 'warning',
    }
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', '--recursive-errors=one',
                           '--generators=no', *find_units(units, generated, names)],
                          env=environment, capture_output=True, text=True, errors='replace')
    yield from (line for line in done.stderr.splitlines() if line)
    if done.returncode != 0:
        yield f'exit status {done.returncode}'


def check_case(options, scratch, case):
    generated = scratch / case
    generated.mkdir()
    command = [options.generator, f'--root={HERE / case / "root"}', str(generated)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith('SYSTEMD_')}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    replace_directory(generated, options.programs[0], scratch / 'programs/0')

    yield from check_mount_names(generated)
    yield from verify(scratch / 'units', generated, STARTED + instances(generated))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--generator', required=True)
    parser.add_argument('--programs', action='append', required=True,
                        help='a directory of programs that units start; first that of the helpers')
    parser.add_argument('--table', required=True)
    parser.add_argument('--units', required=True)
    parser.add_argument('--built-units', required=True)
    options = parser.parse_args()

    if not shutil.which('systemd-analyze') or not shutil.which('systemd-escape'):
        print('SKIP: systemd-analyze and systemd-escape are needed')
        return SKIPPED

    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        collect_units(options, scratch / 'units')
        for number, programs in enumerate(options.programs):
            target = scratch / f'programs/{number}'
            make_programs(scratch / 'units', programs, target)
            replace_directory(scratch / 'units', programs, target)
        (scratch / 'nothing').mkdir()
        for name in units_alone(pathlib.Path(options.table).read_text()):
            for problem in verify(scratch / 'units', scratch / 'nothing', [name]):
                print(f'{name}: {problem}')
                failed += 1
        for case in sorted(path.parent.name for path in HERE.glob('*/root')):
            problems = list(check_case(options, scratch, case))
            for problem in problems:
                print(f'{case}: {problem}')
            failed += bool(problems)
            print(f'{"FAIL" if problems else "ok"} {case}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
