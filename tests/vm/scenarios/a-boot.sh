#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A declared domain is up after the boot, to the letter; a stop leaves nothing of it.
#
#@ topology: 1:3072,1:5120
#@ fixture: firedancer
#@ poweroff: clean
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Group=firedancer
#| Mode=0700
#| Gigantic=0:1,1:2
#| Huge=0:64,1:96
#| Normal=64M
. ./lib.sh

equal "state of the system" running "$STATE"
contains "systemd-sysusers at this boot" "$(journalctl -b -o cat -t systemd-sysusers)" "Creating user 'firedancer'"
equal_state fd-shmem.target active
equal_state fd-shmem@firedancer.target active

equal_pool 0 $HUGE 64
equal_pool 1 $HUGE 96
equal_pool 0 $GIGANTIC 1
equal_pool 1 $GIGANTIC 2

equal_mount /mnt/.fd/.huge 2M $((160 * 2 << 20))
equal_mount /mnt/.fd/.gigantic 1024M $((3 << 30))
contains "mount line of .normal" "$(mount_line /mnt/.fd/.normal)" "^none /mnt/.fd/.normal tmpfs .*size=65536k"
contains "options of .normal" "$(mount_line /mnt/.fd/.normal)" "[ ,]rw,nosuid,nodev,"
for directory in /mnt/.fd /mnt/.fd/.normal /mnt/.fd/.huge /mnt/.fd/.gigantic; do
        equal_owner $directory "700 firedancer firedancer"
done
equal_owner /mnt "755 root root"

check "all huge pages are where they were asked for" as_owner consumer /mnt/.fd huge:0:64 huge:1:96

# min_size claims the domain's pages: with nothing in use, nobody else can have even one.
claimed=/sys/kernel/mm/hugepages/hugepages-${HUGE}kB/resv_hugepages
equal "huge pages claimed by the mount" 160 "$(cat $claimed)"

said=$(fd-shmem query)
contains "query: claims" "$said" "^0 huge pages are left for programs without a mount \\(160 of 160 claimed by mounts\\)"
check_not "all is shown to root" grep -q "Not shown" <<<"$said"
check "a region of root's" touch /mnt/.fd/.normal/of-root
contains "query: of neither its user nor its group" "$(fd-shmem query --json)" '"foreign_regions": *1'
check "no region of root's" rm /mnt/.fd/.normal/of-root
contains "query: all are the owner's" "$(fd-shmem query --json)" '"foreign_regions": *0'
said=$(setpriv --reuid=65534 --regid=65534 --clear-groups fd-shmem query 2>&1)
contains "unprivileged query: the domain" "$said" "^Domain firedancer  /mnt/.fd  up"
contains "unprivileged query: what is not shown" "$said" "^Not shown: "
contains "unprivileged query: who sees it" "$said" "^Root sees all of it"

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools after stop" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
check "start" systemctl start fd-shmem.target
equal_mount /mnt/.fd/.huge 2M $((160 * 2 << 20))
equal_mount /mnt/.fd/.gigantic 1024M $((3 << 30))

# The machine goes down with the domain up.
finish
