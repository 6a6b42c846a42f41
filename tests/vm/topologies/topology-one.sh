#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# One card, on node 1: the pages of both domains are there, whether it is named by its id or its address.
#
#@ device: e1000 node=1
#@ file: /etc/fd-shmem.conf
#| [id]
#| Path=/mnt/id
#| Huge=near:16
#| Gigantic=no
#| Devices=pci:8086:100e
#|
#| [address]
#| Path=/mnt/address
#| Huge=device:8
#| Gigantic=no
#| Devices=pci:0000:09:03.0
. ./lib.sh

equal "node of the card" 1 "$(cat /sys/bus/pci/devices/0000:09:03.0/numa_node)"
equal_state fd-shmem@id.target active
equal_state fd-shmem@address.target active
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 24
equal_mount /mnt/id/.huge 2M $((16 * 2 << 20))
contains "where it is" "$(journal fd-shmem-reserve@id:huge.service)" "pci:8086:100e: 0000:09:03.0 is on node 1"
check "nothing to do" fd-shmem plan

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/id /mnt/address
equal_pool 1 $HUGE 0
finish
