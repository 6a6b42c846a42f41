#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Times the start of a domain against the same kernel work done by hand, in turns, on memory that nobody
# has stirred. One line per pair: "pair MILLISECONDS-BY-HAND MILLISECONDS-STARTED".
#
#@ topology: 1:5120,1:512
#@ append: init_on_alloc=1
#@ timeout: 560
#@ file: /etc/fd-shmem.conf
#| [bench]
#| Path=/mnt/declared
#| Gigantic=0:@GIGANTIC@
#| Huge=0:@HUGE@
#| Boot=no
. ./lib.sh

pairs=10
gigantic=2
huge=512
base=/mnt/by-hand

# Tenths of a millisecond.
now() {
        echo $((${EPOCHREALTIME/./} / 100))
}

write_pools() {
        echo "$1" >$NODES/node0/hugepages/hugepages-${GIGANTIC}kB/nr_hugepages
        echo "$2" >$NODES/node0/hugepages/hugepages-${HUGE}kB/nr_hugepages
}

by_hand() {
        mkdir -m 0700 $base $base/.normal $base/.huge $base/.gigantic
        write_pools $gigantic $huge
        mount -t tmpfs -o mode=0700 none $base/.normal
        mount -t hugetlbfs -o pagesize=2M,min_size=$((huge << 21)) none $base/.huge
        mount -t hugetlbfs -o pagesize=1G,min_size=$((gigantic << 30)) none $base/.gigantic
}

undo_by_hand() {
        umount $base/.normal $base/.huge $base/.gigantic
        rmdir $base/.normal $base/.huge $base/.gigantic $base
        write_pools 0 0
}

# Time for systemd to see the last mounts go, and for the kernel to have its free memory back.
rest() {
        read -r -t 1.2 <> <(:)
}

expected=$(pools | sed -E "s/0:$GIGANTIC=[0-9]+/0:$GIGANTIC=$gigantic/; s/0:$HUGE=[0-9]+/0:$HUGE=$huge/")
for ((pair = 0; pair < pairs; pair++)); do
        rest
        start=$(now)
        by_hand
        hand=$(($(now) - start))
        equal "pools by hand" "$expected" "$(pools)"
        undo_by_hand

        rest
        start=$(now)
        systemctl start fd-shmem@bench.target
        started=$(($(now) - start))
        equal "pools as declared" "$expected" "$(pools)"
        check "stop" systemctl stop fd-shmem@bench.target
        echo "pair $((hand / 10)).$((hand % 10)) $((started / 10)).$((started % 10))"
        [ $failures = 0 ] || break
done
finish
