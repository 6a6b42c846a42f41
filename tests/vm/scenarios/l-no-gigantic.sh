#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A processor without pages of 1 GiB: a domain that reserves none comes up without their mount and says
# so; one that asks for some does not come up, and says why.
#
#@ cpu: pdpe1gb=off
#@ topology: 1:1024
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16
#| [asks]
#| Path=/mnt/asks
#| Gigantic=0:1
#| Boot=no
. ./lib.sh

equal "pools" "0:2048=16+0" "$(pools)"
equal_state multi-user.target active
equal_state fd-shmem@firedancer.target active
equal_mount /mnt/.fd/.huge 2M $((16 * 2 << 20))
equal "mount of gigantic pages" "" "$(mount_line /mnt/.fd/.gigantic)"
equal_owner /mnt/.fd "700 firedancer firedancer"
equal_owner /mnt/.fd/.gigantic "700 root root"
contains "said" "$(journal)" "/mnt/.fd/.gigantic: not mounted: this machine has no gigantic pages"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
check "restart" systemctl restart fd-shmem.target
equal_state fd-shmem@firedancer.target active

check_not "start of the one that asks" systemctl start fd-shmem@asks.target
contains "why" "$(journal fd-shmem-reserve@asks:gigantic.service)" "This machine has no gigantic pages"
check "taken down" within 10 [ ! -e /mnt/asks ]

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd /mnt/asks
equal "pools" "0:2048=0+0" "$(pools)"
finish
