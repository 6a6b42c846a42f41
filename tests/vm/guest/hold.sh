# SPDX-License-Identifier: LGPL-2.1-or-later
# A process that systemd knows nothing about holds a region of the domain "firedancer", which has 16 huge
# pages on node 0 and 24 on node 1.

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
