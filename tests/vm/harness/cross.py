# SPDX-License-Identifier: LGPL-2.1-or-later
"""A build for another architecture, made on this machine: Debian's cross compiler, and a tree with the libraries
and headers of that architecture, of the release that this machine runs. The tree is only unpacked, and cached;
this machine's own packages stay as they are."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from . import Unavailable, cache, foreign, rootfs

SOURCE = Path(__file__).resolve().parents[3]
MACHINE_FILES = SOURCE / "tests" / "architectures"

LIBRARIES = ["libc6-dev", "libcmocka-dev", "libinih-dev", "libjson-c-dev", "libmount-dev",
             "libsmartcols-dev", "libsystemd-dev"]
EXCLUDE = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*"]


def sysroot(architecture):
    suite = rootfs.host_suite()
    text = "\n".join([suite, architecture.name, *LIBRARIES, *EXCLUDE])
    return cache.made_once(
        f"sysroot-{architecture.name}-{suite}-{hashlib.sha256(text.encode()).hexdigest()[:12]}",
        lambda path: unpack(path, architecture, suite))


def unpack(path, architecture, suite):
    subprocess.run(["mmdebstrap", "--quiet", "--variant=extract",
                    f"--architectures={architecture.name}", f"--include={','.join(LIBRARIES)}",
                    '--aptopt=Apt::Install-Recommends "false"',
                    *[f"--dpkgopt=path-exclude={pattern}" for pattern in EXCLUDE],
                    "--format=directory", suite, str(path), *rootfs.mirror(suite)], check=True)


def require_means(architecture):
    missing = [tool for tool in ["meson", "ninja", "mmdebstrap", f"{architecture.triplet}-gcc",
                                f"qemu-{foreign.CPU_NAMES[architecture.name]}-static"]
               if not shutil.which(tool)]
    if missing:
        raise Unavailable(f"missing programs: {' '.join(missing)}; run tests/setup --architectures")


def build(architecture, directory):
    """Builds this source for ARCHITECTURE in DIRECTORY, what is new of it; a tree of libraries that changed
    makes the directory anew. Whoever else wants it waits."""
    require_means(architecture)
    root = sysroot(architecture)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with cache.locked(f"{directory}.lock"):
        where = directory.parent / f"{directory.name}.ini"
        line = f"[constants]\nsysroot = '{root}'\n"
        if not (directory / "build.ninja").exists() or where.read_text() != line:
            shutil.rmtree(directory, ignore_errors=True)
            where.write_text(line)
            subprocess.run(["meson", "setup", "--cross-file", str(MACHINE_FILES / f"{architecture.name}.ini"),
                            "--cross-file", str(where), str(directory), str(SOURCE)],
                           check=True, stdout=subprocess.DEVNULL, env=environment())
        subprocess.run(["ninja", "-C", str(directory), "--quiet"], check=True,
                       env=environment())


def environment():
    """Without what names the compiler of this machine."""
    unset = {"CC", "CFLAGS", "LDFLAGS", "MESON_EXE_WRAPPER"}
    return {name: value for name, value in os.environ.items() if name not in unset}


def emulation(architecture, base_page):
    """The words before a program of such a build that run it on this machine, told that its base pages are of
    that size"""
    root = sysroot(architecture)
    cpu, libraries = foreign.CPU_NAMES[architecture.name], [root / where / architecture.triplet
                                                            for where in ("lib", "usr/lib")]
    return [f"qemu-{cpu}-static", "-p", str(base_page), str(root / "lib" / f"ld-linux-{cpu}.so.1"),
            "--library-path", ":".join(map(str, libraries))]
