# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine's disk: the cached root file system with directories laid over it, as one ext4 image.

An overlay mount in a mount namespace of its own joins them without copying, and mke2fs reads it."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
RECIPES = HERE.parent.parent / "docs" / "recipes"

# "/lib" of an installed tree would hide the machine's link of that name.
MERGED = ["bin", "sbin", "lib", "lib64"]

JOIN = """
mount -t overlay -o "lowerdir=$1" overlay "$2"
mke2fs -q -F -t ext4 -O ^has_journal,^metadata_csum,^resize_inode \\
       -E lazy_itable_init=1,root_owner=0:0 -m 0 -d "$2" "$3" "$4M"
umount "$2"
"""


def root_is_mounted():
    """Not so in a chroot: the propagation of its mounts can't be changed by way of /."""
    try:
        return any(line.split()[4] == "/" for line in Path("/proc/self/mountinfo").open())
    except OSError:
        return True


def room_for(root):
    """The MiB of an image: what ROOT takes, and as much as tests write; sparse, so that room costs
    nothing."""
    used = subprocess.run(["du", "-sm", str(root)], check=True, capture_output=True, text=True)
    return max(320, int(used.stdout.split()[0]) * 5 // 4 + 256)


def build(image, root, layers, work, mib=None):
    """Writes IMAGE of that size from ROOT with LAYERS over it, the last one uppermost."""
    mib = mib or room_for(root)
    joined = work / "joined"
    joined.mkdir()
    lower = ":".join(str(layer) for layer in [*reversed(layers), root])
    propagation = "private" if root_is_mounted() else "unchanged"
    subprocess.run(["unshare", "--mount", f"--propagation={propagation}", "sh", "-ec", JOIN, "sh",
                    lower, str(joined), str(image), str(mib)], check=True,
                   stdout=subprocess.DEVNULL)


def install_tree(build_directory, destination):
    """What "meson install" lays down, with /lib and the like moved below /usr."""
    subprocess.run(["meson", "install", "-C", str(build_directory), "--no-rebuild", "--quiet",
                    "--destdir", str(destination)], check=True, stdout=subprocess.DEVNULL)
    for name in MERGED:
        if (destination / name).is_dir():
            shutil.copytree(destination / name, destination / "usr" / name, symlinks=True,
                            dirs_exist_ok=True)
            shutil.rmtree(destination / name)


def scenario_layer(layer, scenario, programs):
    """What only this test has: the script and its settings, its files, the programs of the guest."""
    test = layer / "machine-test"
    test.mkdir(parents=True)
    shutil.copy(scenario.path, test / "scenario")
    for library in (HERE / "guest").glob("*.sh"):
        shutil.copy(library, test / library.name)
    (test / "settings").write_text(
        f"reboots={scenario.reboots}\npoweroff={'clean' if scenario.clean else 'forced'}\n"
        f"port=/dev/{scenario.architecture.port}\n")
    for program in programs:
        shutil.copy(program, test / Path(program).name)
    files = {f"/etc/fd-shmem.conf.d/50-{name}.conf": (RECIPES / f"{name}.conf").read_text()
             for name in scenario.recipes}
    for name, text in (files | scenario.files).items():
        path = layer / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def masks_layer(layer, unmasked):
    """Links to /dev/null for what a test machine has no use for, but for what is UNMASKED."""
    for line in (HERE / "guest" / "masked").read_text().split("\n"):
        kind, _, names = line.partition(":")
        directory = {"units": "system", "generators": "system-generators"}.get(kind)
        if not directory:
            continue
        target = layer / "etc/systemd" / directory
        target.mkdir(parents=True, exist_ok=True)
        for name in set(names.split()) - set(unmasked):
            (target / name).symlink_to("/dev/null")


def layers(scenario, installed, programs, work, modules=None):
    """What is laid over the root file system, the last one uppermost."""
    own, masks = work / "own", work / "masks"
    own.mkdir()
    masks.mkdir()
    scenario_layer(own, scenario, programs)
    masks_layer(masks, scenario.unmasked)
    names = scenario.fixtures + (["network"] if scenario.network else [])
    fixtures = [HERE / "fixtures" / name for name in names]
    if modules and (scenario.modules or scenario.network):
        fixtures.append(modules)
    return [*installed, masks, HERE / "guest" / "overlay", *fixtures, own]
