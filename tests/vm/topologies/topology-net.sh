#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An interface, whose driver is a module: the domain waits for it, by its name and by a pattern, and its pages
# are on the node of its card.
#
#@ device: virtio-net-pci node=1
#@ packages: linux-image-cloud-amd64
#@ unmask: systemd-udevd.service systemd-udev-trigger.service systemd-udevd-control.socket systemd-udevd-kernel.socket
#@ append: net.ifnames=0
#@ timeout: 400
#@ file: /etc/fd-shmem.conf
#| [named]
#| Path=/mnt/named
#| Huge=near:16
#| Gigantic=no
#| Devices=net:eth0
#|
#| [pattern]
#| Path=/mnt/pattern
#| Huge=device:4
#| Gigantic=no
#| Devices=net:eth* pci:1af4:*
. ./lib.sh

equal_state multi-user.target active
check "the domain of the interface" within 90 is_active fd-shmem@named.target
check "the domain of the pattern" within 90 is_active fd-shmem@pattern.target
contains "where it is" "$(journal fd-shmem-reserve@named:huge.service)" "net:eth0: eth0 is on node 1"
contains "waits for it" "$(systemctl show -P After fd-shmem-reserve@named:huge.service)" 'sys-subsystem-net-devices-eth0.device'
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 20
finish
