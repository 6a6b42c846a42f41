#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory taken by others: node 1 has enough of it free, but in pieces. What was had for the domain goes
# back, its consumer is not started, the boot completes; the domain that continues is up with less.
#
#@ topology: 1:2048,1:384
#@ fixture: firedancer
#@ fixture: consumer
#@ fixture: fragmented
#@ file: /etc/fd-shmem.conf
#| [fd-shmem]
#| Headroom=64M
#|
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:32,1:64
#|
#| [small]
#| Path=/mnt/small
#| Huge=0:8,1:64
#| Shortage=continue
#@ file: /etc/systemd/system/fd-shmem-reserve@small:huge.service.d/later.conf
#| [Unit]
#| After=fd-shmem-reserve@firedancer:huge.service
. ./lib.sh

echo "# $(journal fragment.service | grep pipes)"
equal_state multi-user.target active

said=$(journal fd-shmem-reserve@firedancer:huge.service)
contains "what was asked and had" "$said" "node 1: 64 huge pages asked, [0-9]+ obtained"
contains "failed units" "$(systemctl --failed --no-legend --plain)" "fd-shmem-reserve@firedancer:huge"
equal_state consumer.service inactive
check "taken down" within 10 [ ! -e /mnt/.fd ]
equal "mounts of the domain" "" "$(mount_line /mnt/.fd/.huge)"

equal_state fd-shmem@small.target active
had=$(pool 1 $HUGE)
check "node 1: $had pages, less than asked" [ "$had" -lt 64 ]
equal "node 0: the pages of the small domain alone" 8 "$(pool 0 $HUGE)"
equal_mount /mnt/small/.huge 2M $(((8 + had) * 2 << 20))
contains "a warning" "$(journal fd-shmem-reserve@small:huge.service)" "node 1: 64 huge pages asked, $had obtained"

check "stop" systemctl stop fd-shmem@small.target
equal_gone /mnt/.fd /mnt/small
equal "pools" "0 0" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
finish
