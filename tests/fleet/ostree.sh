#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A tree of OSTree's kind with the files of examples/ostree: each file says its part, and an update is followed.
. ./lib.sh

equal "state of the system" running "$STATE"
equal "/mnt" var/mnt "$(readlink /mnt)"
contains "/usr" "$(mount_line /usr)" " ro,"
check_not "a file in /usr" touch /usr/lib/fd-shmem.conf.d/90-new.conf
equal_state fd-shmem@packets.target active
equal_pool 0 $HUGE 16
equal_pool 1 $HUGE 48
lacks "domains" "$(fd-shmem query --table=domains --noheadings)" database
equal_mount /var/mnt/packets/.huge 2M $((64 * 2 << 20))
mode=770
[ ! -L /var/mnt/updated ] || mode=750
equal_owner /mnt/packets "$mode root root"

echo "# the machine's mask is taken away"
check "the mask" rm /etc/fd-shmem.conf.d/60-database.conf
check "apply" fd-shmem apply --yes
equal_pool 0 $HUGE 80

check "stop" systemctl stop fd-shmem.target
equal_gone /var/mnt/packets
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
