# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of images share; sourced by each with the build directory as its argument. $WORK is removed at the end.

fleet=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
source=$(realpath "$fleet/../..")
build=$(realpath "$1")
[ "$(id -u)" = 0 ] || { echo "skipped: images need root"; exit 77; }
WORK=$(mktemp -d "${TMPDIR:-/var/tmp}/fd-shmem-fleet.XXXXXX") || exit
at_exit=()
cleanup() {
        local command
        for command in "${at_exit[@]}"; do
                $command >/dev/null 2>&1
        done
        rm -rf "$WORK"
}
trap cleanup EXIT

# need PROGRAM...: skips where one is missing
need() {
        local program missing=()
        for program; do
                command -v "$program" >/dev/null || missing+=("$program")
        done
        [ ${#missing[@]} = 0 ] || { echo "skipped: missing programs: ${missing[*]}; run tests/setup --fleet"; exit 77; }
}

# harness CODE ARGUMENT...: Python with the harness of the machine tests
harness() {
        PYTHONPATH=$source/tests/vm python3 -c "import sys
from pathlib import Path
from harness import Unavailable, image, rootfs
$1" "${@:2}"
}

# debian: prints the directory of the cached Debian, which is not to be changed
debian() {
        local root
        root=$(harness 'try: print(rootfs.prepared() / "root")
except Unavailable as reason: print(f"skipped: {reason}", file=sys.stderr); sys.exit(77)') || exit
        echo "$root"
}

# install_to DIRECTORY: what "meson install" lays down, as a tree whose /usr is merged
install_to() {
        harness 'image.install_tree(Path(sys.argv[1]), Path(sys.argv[2]))' "$build" "$1"
}

# boot TREE SCENARIO: the tree in a machine
boot() {
        "$source/tests/vm/machine-test" --tree "$@"
}

fail() {
        echo "FAILED: $*"
        exit 1
}

# fresh_debian [SUITE]: prints the directory of a Debian as it is after an installation: with apt, and all of its records.
# It is cached, and not to be changed.
fresh_debian() {
        harness 'import subprocess
from harness import cache
suite = sys.argv[1] if len(sys.argv) > 1 else rootfs.host_suite()
include = ["systemd-sysv", "udev", "kmod", "mount", "procps", "numactl", "ca-certificates",
           "libjson-c5", "libsmartcols1"] # a machine without a network has what the package depends on
def make(out):
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--include={chr(44).join(include)}",
                    "--aptopt=Apt::Install-Recommends \"false\"",
                    "--aptopt=Acquire::Check-Valid-Until \"false\"",
                    "--format=directory", suite, str(out / "root"), *rootfs.mirror(suite)], check=True)
    rootfs.adjust(out / "root")
try:
    rootfs.require_means()
    print(cache.made_once(f"fresh-{suite}", make) / "root")
except Unavailable as reason:
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(77)' "$@"
}
