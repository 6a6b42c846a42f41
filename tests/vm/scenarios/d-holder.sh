#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A process that systemd knows nothing about holds a region while the domain is stopped: the region stays
# as it is, the teardown fails and says who it is; when the holder is gone the teardown is completed.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh
. ./hold.sh

echo "# completed by itself"
stop_with_holder
check "the holder is alive" kill -0 $holder
let_go
check "gone by itself" within 20 gone
check "no failed units" within 5 sh -c '! systemctl --failed --no-legend | grep -q fd-shmem'
equal_gone /mnt/.fd
check "start" systemctl start fd-shmem.target
equal "pools" "$up" "$(pools)"

echo "# completed by a second stop"
stop_with_holder
let_go
check "second stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools" "$before" "$(pools)"
check "start" systemctl start fd-shmem.target
finish
