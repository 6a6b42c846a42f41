#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# /mnt is a symbolic link to var/mnt, as on systems whose root is not writable.
#
#@ fixture: firedancer
#@ fixture: consumer
#@ fixture: mnt-link
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh

equal "state of the system" running "$STATE"
equal "/mnt" var/mnt "$(readlink /mnt)"
equal_state consumer.service active
equal_mount /var/mnt/.fd/.huge 2M $((40 * 2 << 20))
equal_owner /mnt/.fd "700 firedancer firedancer"
check "stop" systemctl stop fd-shmem.target
equal_gone /var/mnt/.fd
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal "/mnt" var/mnt "$(readlink /mnt)"
check "start" systemctl start fd-shmem.target consumer.service
equal_mount /var/mnt/.fd/.huge 2M $((40 * 2 << 20))
finish
