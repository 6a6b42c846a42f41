#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The root file system stays read-only: a domain below /run is up, one below /mnt says why it is not.
#
#@ append: ro
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| Huge=1:24
#|
#| [volatile]
#| Path=/run/memory/.fd
#| Huge=0:16
. ./lib.sh

contains "the root file system" "$(mount_line /)" " ro,"
equal_state multi-user.target active
equal_state fd-shmem@volatile.target active
equal_mount /run/memory/.fd/.huge 2M $((16 * 2 << 20))
equal_pool 0 $HUGE 16

check_not "the domain below /mnt is active" systemctl is-active fd-shmem@firedancer.target
contains "failed units" "$(systemctl --failed --no-legend --plain)" "fd-shmem-prepare@firedancer"
contains "why" "$(journal fd-shmem-prepare@firedancer.service)" "/mnt.*[Rr]ead-only"
equal_pool 1 $HUGE 0

check "stop" systemctl stop fd-shmem.target
equal_gone /run/memory/.fd
equal "the directory above it" "" "$(ls -d /run/memory 2>/dev/null)"
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
