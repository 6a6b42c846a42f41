#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine of two nodes that does not say where the card is: an error that says so, or an even spread with a
# warning.
#
#@ device: e1000
#@ file: /etc/fd-shmem.conf
#| [strict]
#| Path=/mnt/strict
#| Huge=near:16
#| Gigantic=no
#| Devices=pci:8086:100e
#|
#| [lenient]
#| Path=/mnt/lenient
#| Huge=near:17
#| Gigantic=no
#| Devices=pci:8086:100e
#| Shortage=continue
. ./lib.sh

equal_state fd-shmem@strict.target inactive
contains "why" "$(journal fd-shmem-reserve@strict:huge.service)" "does not say on which of its 2 nodes 0000:00:.* is"
contains "what to do" "$(journal fd-shmem-reserve@strict:huge.service)" "Shortage=continue"
equal_state fd-shmem@lenient.target active
contains "a warning" "$(journal fd-shmem-reserve@lenient:huge.service)" "its pages are spread evenly"
equal_pool 0 $HUGE 9
equal_pool 1 $HUGE 8
finish
