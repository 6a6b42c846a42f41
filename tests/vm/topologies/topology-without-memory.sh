#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A card on a node without memory: its pages are on the nearest node that has some, and the log says so.
#
#@ topology: 1:2048,1:0
#@ device: e1000 node=1
#@ file: /etc/fd-shmem.conf
#| [a]
#| Path=/mnt/a
#| Huge=near:16
#| Gigantic=no
#| Devices=pci:8086:100e
. ./lib.sh

equal_state fd-shmem@a.target active
equal_mount /mnt/a/.huge 2M $((16 * 2 << 20))
equal_pool 0 $HUGE 16
contains "said" "$(journal fd-shmem-reserve@a:huge.service)" "0000:09:03.0 is on node 1, which has no memory; the nearest that has is node 0"
finish
