#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A card on a node with memory and without processors.
#
#@ topology: 1:2048,0:2048
#@ device: e1000 node=1
#@ file: /etc/fd-shmem.conf
#| [a]
#| Path=/mnt/a
#| Huge=near:16
#| Gigantic=no
#| Devices=pci:8086:100e
. ./lib.sh

equal "processors of node 1" "" "$(cat $NODES/node1/cpulist)"
equal_state fd-shmem@a.target active
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 16
finish
