#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine of one node that does not say where the card is: there is only one place.
#
#@ topology: 1:2048
#@ device: e1000
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
finish
