#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A machine's disk is made in a chroot, too, whose root is no mount point, and leaves no mount behind.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
[ "$(id -u)" = 0 ] || { echo "skipped: needs root"; exit 77; }
command -v mke2fs > /dev/null || { echo "skipped: needs mke2fs"; exit 77; }

# What is mounted here goes with this mount namespace.
if [ "${1-}" != inside ]; then
        work=$(mktemp -d)
        trap 'rmdir "$work"' EXIT
        unshare --mount --propagation private bash "$0" inside "$work"
        exit
fi

mount -t tmpfs none "$2"
root=$2/root
mkdir -p "$root/tmp/work" "$root/tmp/base/etc" "$root/tmp/layer"
for directory in /bin /dev /etc /lib /lib64 /proc /root /sbin /usr; do
        [ -d $directory ] || continue
        mkdir "$root$directory"
        mount --rbind $directory "$root$directory"
done
cp -r "$here/harness" "$root/harness"
echo base > "$root/tmp/base/etc/hostname"
echo layer > "$root/tmp/layer/file"

before=$(wc -l < /proc/self/mountinfo)
chroot "$root" /usr/bin/env PYTHONDONTWRITEBYTECODE=1 python3 - <<'EOF'
import sys
from pathlib import Path

sys.path.insert(0, "/")
from harness import image

image.build(Path("/tmp/disk"), Path("/tmp/base"), [Path("/tmp/layer")], Path("/tmp/work"), mib=8)
EOF
[ "$(debugfs -R 'cat /file' "$root/tmp/disk" 2> /dev/null)" = layer ]
[ "$(debugfs -R 'cat /etc/hostname' "$root/tmp/disk" 2> /dev/null)" = base ]
[ "$(wc -l < /proc/self/mountinfo)" = "$before" ]
echo "a disk was made in a chroot"
