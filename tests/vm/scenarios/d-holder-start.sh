#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A stop that a holder was in the way of; then a start: it continues from there, the region still intact.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh
. ./hold.sh

stop_with_holder
check "start" systemctl start fd-shmem.target
equal "content of the region" "0 region" "$(content)"
check "the holder is alive" kill -0 $holder
equal_owner /mnt/.fd "700 firedancer firedancer"
equal "pools" "$up" "$(pools)"
let_go
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools" "$before" "$(pools)"
finish
