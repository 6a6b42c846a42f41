#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A disk, which a driver makes: the domain is a late one and comes up on the node of the disk. One whose disk is
# absent fails after a while, and delays neither the boot nor the others.
#
#@ device: disk node=1
#@ unmask: systemd-udevd.service systemd-udev-trigger.service systemd-udevd-control.socket systemd-udevd-kernel.socket
#@ timeout: 400
#@ file: /etc/systemd/system.conf.d/devices.conf
#| [Manager]
#| DefaultDeviceTimeoutSec=20
#@ file: /etc/fd-shmem.conf
#| [disk]
#| Path=/mnt/disk
#| Huge=near:16
#| Gigantic=no
#| Devices=block:nvme1n1
#|
#| [pattern]
#| Path=/mnt/pattern
#| Huge=device:4
#| Gigantic=no
#| Devices=block:nvme[1-9]n*
#|
#| [absent]
#| Path=/mnt/absent
#| Huge=near:32
#| Gigantic=near:1
#| Devices=block:nvme7n1
#|
#| [early]
#| Path=/mnt/early
#| Huge=0:8
#| Gigantic=no
. ./lib.sh

equal_state multi-user.target active
equal_state fd-shmem@early.target active
check "the domain of the disk" within 60 is_active fd-shmem@disk.target
check "the domain of the pattern" within 60 is_active fd-shmem@pattern.target
contains "where it is" "$(journal fd-shmem-reserve@disk:huge.service)" "block:nvme1n1: nvme1n1 is on node 1"
contains "waits for it" "$(systemctl show -P After fd-shmem-reserve@disk:huge.service)" 'dev-nvme1n1.device'
equal_pool 0 $HUGE 8
equal_pool 1 $HUGE 20

check "the absent one fails" within 120 is_failed fd-shmem-reserve@absent:gigantic.service
equal_state fd-shmem@absent.target inactive
contains "why" "$(journal 'fd-shmem-reserve@absent:*')" "block:nvme7n1: this machine has no such device"
equal_pool 1 $HUGE 20
finish
