#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pages of the kernel's command line are left to others: the domain's come on top, and they alone go at
# the stop.
#
#@ append: hugepagesz=2M hugepages=0:40,1:20 hugepagesz=1G hugepages=1:1
#@ file: /etc/fd-shmem.conf
#| [adding]
#| Path=/mnt/adding
#| Huge=0:64,1:16
#| ExistingPages=add
. ./lib.sh

given="0:1048576=0+0 0:2048=40+0 1:1048576=1+0 1:2048=20+0"

equal "added on top" "0:1048576=0+0 0:2048=104+0 1:1048576=1+0 1:2048=36+0" "$(pools)"
equal_mount /mnt/adding/.huge 2M $((80 * 2 << 20))
check "restart" systemctl restart fd-shmem.target
equal "not added again" "0:1048576=0+0 0:2048=104+0 1:1048576=1+0 1:2048=36+0" "$(pools)"
check "stop" systemctl stop fd-shmem.target
equal "what the command line gave" "$given" "$(pools)"

echo "# one of each"
printf '[adopting]\nPath=/mnt/adopting\nHuge=0:64,1:16\n' >>/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target
equal_state fd-shmem@adopting.target active
equal_state fd-shmem@adding.target active
equal "node 0: 64 adopted or added, 64 on top" 128 "$(pool 0 $HUGE)"
check "stop" systemctl stop fd-shmem.target
equal "what the command line gave" "$given" "$(pools)"
equal_gone /mnt/adopting /mnt/adding
finish
