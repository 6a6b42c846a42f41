#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two cards on node 1: near: is asked for once, device: for each.
#
#@ device: e1000 node=1
#@ device: e1000 node=1
#@ file: /etc/fd-shmem.conf
#| [near]
#| Path=/mnt/near
#| Huge=near:8
#| Gigantic=no
#| Devices=pci:8086:100e
#|
#| [device]
#| Mounts=no
#| Huge=device:16
#| Devices=pci:8086:100e
. ./lib.sh

equal_state fd-shmem@near.target active
equal_state fd-shmem@device.target active
equal_mount /mnt/near/.huge 2M $((8 * 2 << 20))
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 40
finish
