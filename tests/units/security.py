#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lets systemd judge how far the units are confined, and what of it could cost them their work.

    security.py UNIT_DIRECTORY...

Every service must stay below its limit of "systemd-analyze security", by settings that make no mount
namespace; a template must not hang in the slice that instances have by default, which every shutdown
stops.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77

LIMIT = 4.0
LIMITS = {
    'fd-shmem-check.service': 3.0,
    'fd-shmem-late-check.service': 3.0,
}

# systemd.exec(5): each of these unshares the mount namespace.
NAMESPACE = re.compile(
    r'^(PrivateTmp|PrivateDevices|PrivateMounts|PrivateIPC|ProtectSystem|ProtectHome'
    r'|ProtectKernelTunables|ProtectKernelModules|ProtectKernelLogs|ProtectControlGroups|ProtectProc'
    r'|ProcSubset|BindPaths|BindReadOnlyPaths|ReadOnlyPaths|ReadWritePaths|InaccessiblePaths'
    r'|TemporaryFileSystem|RootDirectory|RootImage|MountFlags|StateDirectory|DynamicUser)=(?!no$)')


def exposure(unit, scratch):
    """The number that systemd gives a unit; an instance, if it is a template."""
    copy = scratch / unit.name.replace('@.', '@instance.')
    shutil.copy(unit, copy)
    done = subprocess.run(['systemd-analyze', 'security', '--offline=yes', '--no-pager', copy],
                          capture_output=True, text=True)
    found = re.search(r'exposure level for \S+: ([0-9.]+)', done.stdout)
    if not found:
        sys.exit(f'{unit.name}: {done.stdout}{done.stderr}')
    return float(found[1])


def problems(unit, scratch):
    lines = unit.read_text().splitlines()
    limit = LIMITS.get(unit.name, LIMIT)
    found = exposure(unit, scratch)
    print(f'{unit.name}: {found}, at most {limit}')
    if found > limit:
        yield f'exposure {found} is above {limit}'
    if '@.' in unit.name and 'Slice=system.slice' not in lines:
        yield 'instances hang in a slice that every shutdown stops: Slice=system.slice is missing'
    for line in lines:
        if NAMESPACE.match(line):
            yield f'{line} makes a mount namespace'


def can_judge():
    help_text = subprocess.run(['systemd-analyze', '--help'], capture_output=True, text=True,
                               check=False).stdout if shutil.which('systemd-analyze') else ''
    return '--offline' in help_text


def main():
    units = sorted(path for directory in sys.argv[1:]
                   for path in pathlib.Path(directory).glob('*.service'))
    if not units:
        sys.exit('no units')
    if not can_judge():
        print('SKIP: "systemd-analyze security --offline" is needed')
        return SKIPPED

    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for unit in units:
            for problem in problems(unit, pathlib.Path(scratch)):
                print(f'FAIL {unit.name}: {problem}')
                failed += 1
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
