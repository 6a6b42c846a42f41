# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small, real Debian with real systemd, and Debian's own kernel, made by mmdebstrap and cached.

The release is the one this machine runs, because the programs under test are built here against
its libraries; a newer one takes them too, and shows them its kernel and its systemd. The package
source is this machine's own."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import Unavailable, cache, foreign, kernel
from .architecture import AMD64, Architecture

PACKAGES = [
    # a bootable system
    "usr-is-merged", "systemd", "systemd-sysv", "udev", "kmod", "util-linux", "mount", "procps",
    # what the programs under test are linked with
    "libinih1", "libmount1", "libsmartcols1", "libsystemd0", "libjson-c5",
    # to look at the result with
    "numactl",
]

# Weight that no test uses; it would be copied into the disk of every machine.
EXCLUDE = [
    "/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*",
    "/usr/share/bash-completion/*", "/usr/share/zsh/*", "/usr/share/lintian/*",
    "/usr/share/zoneinfo/*", "/usr/share/bug/*", "/usr/share/gcc/*", "/usr/share/gdb/*",
    "/usr/lib/udev/hwdb.d/*", "/usr/lib/{triplet}/gconv/*",
]
REMOVE = [
    "var/cache/*", "var/lib/apt", "var/log/*", "var/lib/dpkg/info/*", "usr/share/perl*",
    "usr/share/common-licenses", "usr/share/keyrings", "usr/share/polkit-1",
    "usr/share/initramfs-tools", "usr/share/tabset", "usr/lib/{triplet}/perl*",
    "usr/bin/perl*", "usr/lib/{triplet}/libperl*", "usr/lib/udev/hwdb.bin",
    "usr/lib/systemd/catalog", "boot/*", "usr/lib/apt", "usr/lib/locale/C.utf8",
]
# Of these, what programs of further packages use: there it stays.
USED_BY_OTHERS = {
    "/usr/share/zoneinfo/*", "/usr/lib/{triplet}/gconv/*",
    "var/log/*", "usr/share/perl*", "usr/share/polkit-1", "usr/lib/{triplet}/perl*",
    "usr/bin/perl*", "usr/lib/{triplet}/libperl*", "usr/lib/locale/C.utf8",
}
TOOLS = ["mmdebstrap", "mke2fs", "depmod", "dpkg-deb", "apt-get"]


@dataclass
class Contents:
    """What a tree is made of."""
    architecture: Architecture
    suite: str
    packages: list
    exclude: list
    remove: list

    def key(self):
        """Its name in the cache: other contents, another tree."""
        text = "\n".join(["with modules", self.suite, self.architecture.kernel_package, *self.packages, *self.exclude,
                          *self.remove])
        return f"root-{self.suite}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def contents(emulated, suite, more):
    kept = USED_BY_OTHERS if more else ()
    exclude, remove = ([pattern.format(triplet=emulated.triplet) for pattern in patterns
                        if pattern not in kept] for patterns in (EXCLUDE, REMOVE))
    return Contents(emulated, suite, [*PACKAGES, *sorted(set(more))], exclude, remove)


def prepared(suite=None, more=(), emulated=AMD64):
    """The cache directory with root/ (the file system's tree), modules/ (laid over it where a scenario wants
    them) and vmlinux, made if need be: of this machine's release, or of the SUITE named; MORE packages make a tree of its own, as does another
    architecture."""
    require_means(emulated.emulator)
    wanted = contents(emulated, suite or host_suite(), more)
    return cache.made_once(wanted.key(), lambda path: build(path, wanted))


def require_means(*more):
    if os.geteuid() != 0:
        raise Unavailable("machine tests need root, to make the machines' disks")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in [*TOOLS, *more] if not shutil.which(tool, path=path)]
    if missing:
        raise Unavailable(f"missing programs: {' '.join(missing)}; run tests/setup")


def host_suite():
    release = {}
    for line in Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        release[key] = value.strip('"')
    if release.get("ID") != "debian":
        raise Unavailable("machine tests need Debian, to build a machine like this one")
    return release.get("VERSION_CODENAME") or "sid"


def mirror(suite):
    """Where this machine gets SUITE from, or else its own release; or nothing: then mmdebstrap knows
    Debian's address."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(SITE)",
         "Created-By: Packages"], capture_output=True, text=True, check=False).stdout
    words = [line.split(" ", 2) for line in listing.splitlines()]
    sites = {codename: site for origin, codename, site in words if origin == "Debian"}
    site = sites.get(suite) or sites.get(host_suite())
    return [site] if site else []


def build(out, wanted):
    root, packages = out / "root", out / "packages"
    packages.mkdir()
    with foreign.emulated(wanted.architecture):
        bootstrap(root, packages, wanted)
    install_kernel(out, packages, wanted.architecture.kernel_package)
    for pattern in wanted.remove:
        for path in root.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    adjust(root)
    shutil.rmtree(packages)


def bootstrap(root, packages, wanted):
    hook = (f"cd '{packages}' && export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG && "
            "apt-get -qq -o APT::Sandbox::User=root download $(apt-cache depends --recurse "
            "--no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "
            f"{wanted.architecture.kernel_package} | grep -E '^linux-(image|binary|modules)-[0-9]' | "
            "grep -vE -- '-(dbg|unsigned)$' | sort -u)")
    command = ["mmdebstrap", "--quiet", "--variant=essential",
               # that its programs run here is seen to
               f"--architectures={wanted.architecture.name}", "--skip=check/qemu",
               f"--include={','.join(wanted.packages)}",
               '--aptopt=Apt::Install-Recommends "false"',
               # unstable's index is good for a week, and this machine's clock may be elsewhere
               '--aptopt=Acquire::Check-Valid-Until "false"',
               *[f"--dpkgopt=path-exclude={pattern}" for pattern in wanted.exclude],
               # update-alternatives of Java wants to make links there
               '--essential-hook=mkdir -p "$1/usr/share/man/man1"',
               f"--customize-hook={hook}", "--format=directory", wanted.suite,
               str(root), *mirror(wanted.suite)]
    environment = dict(os.environ, TMPDIR=str(root.parent))
    subprocess.run(command, check=True, env=environment)


def install_kernel(out, packages, name):
    """The image, and the modules apart from the tree: few machines need them (and none an initrd)."""
    unpacked = packages / "unpacked"
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(unpacked)], check=True)
    images = [*unpacked.glob("boot/vmlinuz-*"), *unpacked.glob("usr/lib/modules/*/vmlinuz"),
              *unpacked.glob("lib/modules/*/vmlinuz")]
    if not images:
        raise RuntimeError(f"no kernel image in the packages of {name}")
    (out / "vmlinux").write_bytes(kernel.extract(images[0].read_bytes()))
    install_modules(unpacked, out / "modules" / "usr" / "lib" / "modules")


def install_modules(unpacked, modules):
    modules.mkdir(parents=True)
    for found in [*unpacked.glob("lib/modules/*"), *unpacked.glob("usr/lib/modules/*")]:
        found.rename(modules / found.name)
        subprocess.run(["depmod", "-b", str(modules.parents[1]), found.name], check=True)


def adjust(root):
    etc = root / "etc"
    (etc / "fstab").write_text("")
    (etc / "hostname").write_text("machine\n")
    (etc / "machine-id").write_text("4a5e1e4baab89f3a32518a88c31bc87f\n")
    default = etc / "systemd/system/default.target"
    default.unlink(missing_ok=True)
    default.symlink_to("/usr/lib/systemd/system/multi-user.target")
