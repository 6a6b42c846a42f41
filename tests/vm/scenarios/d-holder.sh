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

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=16+0 1:1048576=0+0 1:2048=24+0"
region=/mnt/.fd/.huge/consumer-huge-1

hold() {
        "${AS_OWNER[@]}" consumer --stay /mnt/.fd huge:1:8 >/run/holder.log &
        holder=$!
        within 10 grep -q "on node 1" /run/holder.log || failed "the holder: $(cat /run/holder.log)"
}

let_go() {
        kill -KILL $holder
        wait $holder 2>/dev/null
}

content() {
        head -c 8 $region
}

gone() {
        [ ! -e /mnt/.fd ] && [ "$(pools)" = "$before" ]
}

stop_with_holder() {
        hold
        systemctl stop fd-shmem.target
        equal "content of the region" "0 region" "$(content)"
        equal_mount /mnt/.fd/.huge 2M $((40 * 2 << 20))
        contains "failed units" "$(systemctl --failed --no-legend --plain)" fd-shmem-teardown@firedancer
        said=$(journal "fd-shmem-teardown@firedancer.service")
        contains "process in the log" "$said" "pid $holder\b"
        contains "command and region in the log" "$said" "consumer.*consumer-huge-1|consumer-huge-1.*consumer"
        check_not "the owner's way to the base" as_owner ls /mnt/.fd
}

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

echo "# a start continues from there"
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
