#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The memory of a tmpfs is of the nodes that the file names, wherever its writer runs.
#
#@ file: /etc/fd-shmem.conf
#| [one]
#| Path=/mnt/one
#| Huge=no
#| Gigantic=no
#| Normal=32M@1
#|
#| [any]
#| Path=/mnt/any
#| Huge=no
#| Gigantic=no
#| Normal=32M
#|
#| [missing]
#| Path=/mnt/missing
#| Huge=no
#| Gigantic=no
#| Normal=32M@5
. ./lib.sh

conf=/etc/fd-shmem.conf

# The shared memory of a node, in KiB.
shmem_kib() { # NODE
        awk '$3 == "Shmem:" { print $4 }' "$NODES/node$1/meminfo"
}

equal_state fd-shmem@one.target active
equal_state fd-shmem@any.target active
contains "the mount" "$(mount_line /mnt/one/.normal)" "mpol=bind:1"
lacks "the other" "$(mount_line /mnt/any/.normal)" "mpol="
for pair in one:1 any:0; do
        domain=${pair%:*} node=${pair#*:}
        before=$(shmem_kib "$node")
        check "written on node 0's processor" taskset -c 0 dd if=/dev/zero of="/mnt/$domain/.normal/file" bs=1M count=16
        after=$(shmem_kib "$node")
        check "$domain: node $node has 16 MiB more of shared memory ($before to $after KiB)" \
                [ $((after - before)) -ge 15000 ]
done

# A node that the machine does not have is named, and the other domains are up.
check_not "no such node" systemctl is-active fd-shmem@missing.target
contains "why" "$(journalctl -b --no-pager -u 'mnt-missing-.normal.mount')" "node 5 has no memory on this machine, whose nodes are 0-1"

check "nothing to plan" fd-shmem plan one
check "nothing to plan" fd-shmem plan any
sed -i '0,/32M@1/s//32M@0-1/' $conf
contains "plan" "$(fd-shmem plan one)" "Normal= .*restart"
sed -i '/^\[missing\]/,$d' $conf
check "apply" fd-shmem apply --yes
contains "both nodes" "$(mount_line /mnt/one/.normal)" "mpol=bind:0-1"
check "stop" systemctl stop fd-shmem.target
equal "mounts" "" "$(grep /mnt/ /proc/mounts)"
finish
