#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A process that systemd knows nothing about holds a region while the domain is restarted: region and
# pages stay, the log names the process, and the domain is up again around it.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh

up="0:1048576=0+0 0:2048=16+0 1:1048576=0+0 1:2048=24+0"
before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"

"${AS_OWNER[@]}" consumer --stay /mnt/.fd huge:1:8 >/run/holder.log &
holder=$!
check "the holder maps its region" within 10 grep -q "on node 1" /run/holder.log

check "restart" systemctl restart fd-shmem.target
equal_state fd-shmem@firedancer.target active
equal "content of the region" "0 region" "$(head -c 8 /mnt/.fd/.huge/consumer-huge-1)"
equal_owner /mnt/.fd "700 firedancer firedancer"
equal "pools" "$up" "$(pools)"
contains "process in the log" "$(journal)" "pid $holder\b"
check "the owner's way to the mount" as_owner ls /mnt/.fd/.huge
check_not "something goes on tearing down" systemctl is-active fd-shmem-leftover@firedancer.service
check "a second restart" systemctl restart fd-shmem@firedancer.target
check "the holder is alive" kill -0 $holder

kill -KILL $holder
wait $holder 2>/dev/null
check "restart without the holder" systemctl restart fd-shmem.target
equal "pools" "$up" "$(pools)"
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools" "$before" "$(pools)"
finish
