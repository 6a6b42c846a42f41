# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether this machine can run the rows."""

import os
import subprocess
import tempfile

from seed.row import NODE, SIZES, pool_file

SKIP = 77


def why_not():
    if os.geteuid() != 0:
        return 'needs root'
    if any(not pool_file(kind, NODE, 'nr_hugepages').exists() for kind in SIZES):
        return 'this kernel has no huge or no gigantic pages'
    probe = tempfile.mkdtemp()
    mounted = subprocess.run(['mount', '-t', 'tmpfs', 'none', probe], capture_output=True)
    subprocess.run(['umount', probe], capture_output=True)
    os.rmdir(probe)
    return 'may not mount here' if mounted.returncode != 0 else None
