#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Soft reboots: into the same root, with regions, pages and counters as they were; then into another
# root, which pages and ledger survive, and regions below /dev. Mounts elsewhere are made anew there.
#
#@ topology: 1:3072,1:1024
#@ reboots: 2
#@ fixture: firedancer
#@ timeout: 400
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16
#|
#| [run]
#| Path=/run/shmem
#| Huge=0:4
#|
#| [dev]
#| Path=/dev/shm/domain
#| Huge=0:1
#|
#| [own]
#| Path=/srv/own/domain
#| Huge=yes
#| Gigantic=no
#@ file: /etc/systemd/system/srv-own.mount
#| [Unit]
#| Before=local-fs.target
#| [Mount]
#| What=tmpfs
#| Where=/srv/own
#| Type=tmpfs
#@ file: /etc/systemd/system/fd-shmem-teardown@.service.d/50-witness.conf
#| [Service]
#| ExecStopPost=+/bin/sh -c 'mkdir -p /run/witness; >/run/witness/%i'
. ./lib.sh

allocated() {
        awk '$1 == "htlb_buddy_alloc_success" { print $2 }' /proc/vmstat
}

all_up() {
        local domain
        for domain in firedancer run dev own; do
                equal_state fd-shmem@$domain.target active
        done
        equal_pool 0 $HUGE 21
        equal "claimed pages" 21 "$(cat /sys/kernel/mm/hugepages/hugepages-${HUGE}kB/resv_hugepages)"
        equal_mount /mnt/.fd/.huge 2M $((16 * 2 << 20))
        equal_mount /run/shmem/.huge 2M $((4 * 2 << 20))
        for directory in /mnt/.fd /mnt/.fd/.normal /mnt/.fd/.huge; do
                equal_owner $directory "700 firedancer firedancer"
        done
        equal "state of the system" running "$STATE"
        equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
        [ "$BOOT" = 1 ] || equal "pages made since" "$(cat /run/allocated)" "$(allocated)"
}

regions() {
        find /mnt/.fd/.huge /mnt/.fd/.normal /run/shmem/.huge /dev/shm/domain/.huge /srv/own/domain/.normal -type f -printf '%p %s\n' | sort
}

make_regions() {
        truncate -s 2M /dev/shm/domain/.huge/big
        truncate -s 4M /mnt/.fd/.huge/big /run/shmem/.huge/big
        echo text >/mnt/.fd/.normal/small
        echo text >/srv/own/domain/.normal/small
}

all_up
journalctl -b -o cat --no-pager | grep "kept its pages in the soft reboot"
if [ "$BOOT" = 1 ]; then
        make_regions
        equal "regions" 5 "$(regions | wc -l)"
        allocated >/run/allocated
        reboot_machine soft-reboot
elif [ "$BOOT" = 2 ]; then
        equal "regions in the same root" "/dev/shm/domain/.huge/big 2097152
/mnt/.fd/.huge/big 4194304
/mnt/.fd/.normal/small 5
/run/shmem/.huge/big 4194304" "$(regions)"
        equal "torn down" own "$(ls /run/witness)"

        echo "# another root, without what was made in this one"
        rm -r /run/witness
        mkdir /run/nextroot
        mount -t tmpfs -o size=1G tmpfs /run/nextroot
        check "a copy of the root" cp -ax / /run/nextroot
        rm -rf /run/nextroot/mnt/.fd
        reboot_machine soft-reboot
fi

equal "another root" tmpfs "$(findmnt -n -o FSTYPE /)"
equal "regions in another root" "/dev/shm/domain/.huge/big 2097152" "$(regions)"
check "the owner's" as_owner sh -c ': >/mnt/.fd/.huge/region'
check "query" fd-shmem query
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd /run/shmem /dev/shm/domain /srv/own/domain
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
