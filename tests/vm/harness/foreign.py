# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs of another architecture on this machine, by QEMU's emulation of a process: mmdebstrap runs the
scripts of packages in the tree that it makes.

The kernel knows the emulator only while such a tree is made (binfmt_misc), unless it knew it before."""

import contextlib
import subprocess
from pathlib import Path

from . import Unavailable, cache

FORMATS = Path("/proc/sys/fs/binfmt_misc")
CPU_NAMES = {"arm64": "aarch64"}


def description(cpu):
    """The line that Debian's package has for systemd-binfmt; with F, the kernel opens the emulator now, and
    so a tree needs none."""
    path = Path(f"/usr/lib/binfmt.d/qemu-{cpu}.conf")
    if not path.exists():
        raise Unavailable("missing package: qemu-user-static; run tests/setup --architectures")
    return next(line for line in path.read_text().splitlines() if line.startswith(":"))


def runs(architecture):
    native = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    return native.stdout.strip() == architecture.name


@contextlib.contextmanager
def emulated(architecture):
    """Meanwhile, programs of that architecture run here."""
    if runs(architecture):
        yield
        return
    cpu = CPU_NAMES[architecture.name]
    line = description(cpu)
    with cache.locked(cache.directory() / "binfmt.lock"):
        if not (FORMATS / "register").exists():
            subprocess.run(["mount", "-t", "binfmt_misc", "none", str(FORMATS)], check=True)
        entry = FORMATS / f"qemu-{cpu}"
        known = entry.exists()
        if not known:
            (FORMATS / "register").write_text(line)
        try:
            yield
        finally:
            if not known:
                entry.write_text("-1")
