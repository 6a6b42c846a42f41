# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of the source tree, for tests that read them."""

import argparse
import os
import pathlib
import subprocess
import sys
import unittest

source = None
options = None


def tracked():
    """Every file that git has, as a path below SOURCE; all but what was built where there is no git."""
    git = ['git', '-c', f'safe.directory={source}', '-C', source, 'ls-files', '-z']
    try:
        out = subprocess.run(git, capture_output=True, text=True, check=True).stdout
        names = [name for name in out.split('\0') if name]
    except (OSError, subprocess.CalledProcessError):
        names = list(walk())
    return [name for name in sorted(names) if is_plain(source / name)]


def walk():
    for directory, folders, names in os.walk(source):
        relative = pathlib.Path(directory).relative_to(source)
        folders[:] = [name for name in folders if name not in ('.git', '__pycache__') and
                      not (relative == pathlib.Path() and name.startswith('build'))]
        yield from (str(relative / name) for name in names)


def is_plain(path):
    return path.is_file() and not path.is_symlink()


def read(name):
    """The text of a file; None: it is none."""
    data = (source / name).read_bytes()
    if b'\0' in data:
        return None
    return data.decode(errors='replace')


def main(*extra):
    """Runs the tests of the calling program."""
    global source, options
    parser = argparse.ArgumentParser()
    parser.add_argument('--source', type=pathlib.Path, required=True)
    for option in extra:
        parser.add_argument(option, type=pathlib.Path, required=True)
    options, rest = parser.parse_known_args()
    source = options.source
    unittest.main(argv=[sys.argv[0], *rest])
