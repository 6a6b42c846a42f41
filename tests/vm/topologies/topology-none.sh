#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# No such card: a domain that needs it fails, visibly, and keeps nothing; one that can do without is up, without
# pages; the others do not notice.
#
#@ file: /etc/fd-shmem.conf
#| [needs]
#| Path=/mnt/needs
#| Huge=near:16
#| Gigantic=no
#| Devices=pci:8086:100e
#| Shortage=continue
#|
#| [perhaps]
#| Path=/mnt/perhaps
#| Huge=near:16
#| Gigantic=no
#| Devices=?pci:8086:100e
#|
#| [other]
#| Path=/mnt/other
#| Huge=0:8
#| Gigantic=no
. ./lib.sh

equal_state multi-user.target active
equal_state fd-shmem@needs.target inactive
contains "why" "$(journal fd-shmem-reserve@needs:huge.service)" "pci:8086:100e: this machine has no such device"
contains "what to do" "$(journal fd-shmem-reserve@needs:huge.service)" "write \?pci:8086:100e in Devices="
contains "failed units" "$(systemctl --failed --no-legend --plain)" "fd-shmem-reserve@needs:huge"
check "taken down" within 10 [ ! -e /mnt/needs ]

equal_state fd-shmem@perhaps.target active
equal_mount /mnt/perhaps/.huge 2M 0
contains "said" "$(journal fd-shmem-reserve@perhaps:huge.service)" "\?pci:8086:100e: not there, and may be absent"
equal_state fd-shmem@other.target active
equal_pool 0 $HUGE 8
equal_pool 1 $HUGE 0
finish
