#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pages of the kernel's command line are adopted: counted as the domain's, and left at the stop.
#
#@ append: hugepagesz=2M hugepages=0:40,1:20 hugepagesz=1G hugepages=1:1
#@ file: /etc/fd-shmem.conf
#| [adopting]
#| Path=/mnt/adopting
#| Huge=0:64,1:16
#| Gigantic=1:1
#| ExistingPages=adopt
. ./lib.sh

given="0:1048576=0+0 0:2048=40+0 1:1048576=1+0 1:2048=20+0"

equal_state fd-shmem@adopting.target active
equal "adopted: 24 more on node 0, no more on node 1" \
        "0:1048576=0+0 0:2048=64+0 1:1048576=1+0 1:2048=20+0" "$(pools)"
equal_mount /mnt/adopting/.huge 2M $((80 * 2 << 20))
equal_mount /mnt/adopting/.gigantic 1024M $((1 << 30))
check "restart" systemctl restart fd-shmem.target
equal "adopted again" "0:1048576=0+0 0:2048=64+0 1:1048576=1+0 1:2048=20+0" "$(pools)"
check "stop" systemctl stop fd-shmem.target
equal "what the command line gave" "$given" "$(pools)"
equal_gone /mnt/adopting
finish
