#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A card on each of two nodes: pages on both.
#
#@ device: e1000 node=0
#@ device: e1000 node=1
#@ file: /etc/fd-shmem.conf
#| [a]
#| Path=/mnt/a
#| Huge=near:2%<16
#| Gigantic=no
#| Devices=pci:8086:*
#|
#| [second]
#| Path=/mnt/second
#| Huge=device:8
#| Gigantic=no
#| Devices=pci:0000:11:03.0
. ./lib.sh

# devices of the host bridge are Intel's, too, and nobody says where these are
equal_state fd-shmem@a.target inactive
contains "which device" "$(journal fd-shmem-reserve@a:huge.service)" "pci:8086:\*: the machine does not say on which of its 2 nodes 0000:00"
equal_state fd-shmem@second.target active
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 8

sed -i 's/^Devices=.*:\*$/Devices=pci:8086:100e/' /etc/fd-shmem.conf
check "reload" systemctl daemon-reload
check "start" systemctl start fd-shmem@a.target
equal_pool 0 $HUGE 16
equal_pool 1 $HUGE 24
finish
